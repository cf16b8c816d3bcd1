package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/** Small valid models that together have most of what the format knows. */
final class FuzzModels {
  private FuzzModels() {}

  static List<ModelProto> all() {
    return List.of(plain(), external(), subGraphs(), odd());
  }

  private static ModelProto plain() {
    return new OnnxBuilder("plain")
        .input("x", -1, 3)
        .initializer("fc.weight", new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})
        .initializer(Tensor.of("shape", new int[] {2}, new long[] {-1, 2}))
        .node("Gemm", "/fc/Gemm", List.of("x", "fc.weight"), "h", Map.of("transB", 1))
        .node("Elu", "", List.of("h"), "g", Map.of("alpha", 0.5f))
        .node("Constant", "c", List.of(), "c", Map.of("value_floats", new float[] {1, 2}))
        .node("Add", "", List.of("g", "c"), "a")
        .node("Reshape", "/r", List.of("a", "shape"), "y")
        .output("y", -1, 2)
        .metadata("key", "value")
        .proto();
  }

  /** Reads 24 bytes of a file w.bin, in two ways. */
  private static ModelProto external() {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(ElementType.FLOAT.code())
            .addDims(2)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalDataBuilder().setKey("location").setValue("w.bin");
    tensor.addExternalDataBuilder().setKey("offset").setValue("8");
    TensorProto constant = tensor.build();
    tensor.addExternalDataBuilder().setKey("length").setValue("16");
    return new OnnxBuilder("external")
        .input("x", 2, 2)
        .initializer(tensor.setName("w").build())
        .node("Constant", "c", List.of(), "v", Map.of("value", constant))
        .node("MatMul", "a", List.of("x", "w"), "h")
        .node("MatMul", "b", List.of("h", "v"), "y")
        .output("y", 2, 2)
        .proto();
  }

  private static ModelProto subGraphs() {
    OnnxBuilder inner =
        new OnnxBuilder("inner")
            .initializer("own", new int[0], new float[1])
            .node("Add", "", List.of("h", "own"), "sum")
            .output("sum", 1);
    OnnxBuilder branch =
        new OnnxBuilder("branch")
            .node("If", "deep", List.of("yes"), "made", branches(inner, inner))
            .output("made", 1);
    return new OnnxBuilder("graphs")
        .opset("com.microsoft", 1)
        .input("x", 1)
        .input("yes", ElementType.BOOL)
        .node("If", "if", List.of("yes"), "z", branches(branch, inner))
        .node("com.microsoft.Gelu", "late", List.of("x"), "h")
        .output("z", 1)
        .proto();
  }

  private static Map<String, Object> branches(OnnxBuilder then, OnnxBuilder otherwise) {
    return Map.of("then_branch", then.graph(), "else_branch", otherwise.graph());
  }

  /** Typed data, a string, 4-bit integers, a sparse initialiser, a function. */
  private static ModelProto odd() {
    TensorProto.Builder tensor = TensorProto.newBuilder();
    OnnxBuilder builder =
        new OnnxBuilder("odd")
            .opset("mine", 1)
            .initializer(
                tensor
                    .clone()
                    .setName("t")
                    .setDataType(1)
                    .addDims(2)
                    .addFloatData(1)
                    .addFloatData(2)
                    .build())
            .initializer(
                tensor
                    .clone()
                    .setName("s")
                    .setDataType(8)
                    .addDims(1)
                    .addStringData(ByteString.copyFromUtf8("text"))
                    .build())
            .initializer(
                tensor
                    .clone()
                    .setName("q")
                    .setDataType(22)
                    .addDims(3)
                    .setRawData(ByteString.copyFrom(new byte[2]))
                    .build())
            .node("mine.Odd", "odd", List.of("t", "s", "q", "sparse"), "y")
            .output("y", ElementType.INT64, 2);
    SparseTensorProto.Builder sparse = SparseTensorProto.newBuilder().addDims(4);
    sparse.getValuesBuilder().setName("sparse").setDataType(1).addDims(1).addFloatData(1);
    sparse.getIndicesBuilder().setDataType(7).addDims(1).addInt64Data(2);
    ModelProto.Builder model = builder.proto().toBuilder();
    model.getGraphBuilder().addSparseInitializer(sparse);
    return model
        .addFunctions(
            FunctionProto.newBuilder()
                .setName("Odd")
                .setDomain("mine")
                .addInput("t")
                .addOutput("y")
                .addNode(NodeProto.newBuilder().setOpType("Relu").addInput("t").addOutput("y")))
        .build();
  }
}
