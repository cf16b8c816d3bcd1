package dev.espalier.pruner.cut;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.Networks;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.graph.Survivors;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.plan.PruningPlan;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutTest {
  @Test
  void keepsNamesAndInputsAndMendsWhatDependsOnSizes() {
    ModelProto.Builder proto = Networks.autoencoder(4, 5, 3, 1).proto().toBuilder();
    ValueInfoProto input = proto.getGraph().getInput(0);
    ValueInfoProto.Builder weight = input.toBuilder().setName("encoder.0.weight");
    weight
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(5);
    proto.getGraphBuilder().addInput(weight).addValueInfo(input.toBuilder().setName("h"));
    proto.addMetadataPropsBuilder().setKey("kept").setValue("as it is");
    proto.addMetadataPropsBuilder().setKey("id").setValue("old");
    OnnxModel model = OnnxModel.of(proto.build());
    Traced traced = new Pruner().analyze(model);
    PruningPlan plan = PruningPlan.of(model, traced.graph(), new int[][] {{0, 3}, {1}});

    Survivors survivors = new Survivors(traced, plan.removed());
    KeptIndices kept = KeptIndices.of(traced, survivors);
    OnnxModel pruned = Cut.apply(traced, survivors, Map.of("id", "new"));

    assertArrayEquals(new int[] {1, 2, 4}, kept.byInitializer().get("encoder.0.weight").get(0));
    assertArrayEquals(new int[] {3, 4}, pruned.initializers().get("encoder.0.weight").dims());
    assertArrayEquals(new int[] {2, 3}, pruned.initializers().get("encoder.2.weight").dims());
    assertEquals(model.nodes(), pruned.nodes());
    assertEquals(0, pruned.proto().getGraph().getValueInfoCount());
    assertEquals(
        3,
        pruned
            .proto()
            .getGraph()
            .getInput(1)
            .getType()
            .getTensorType()
            .getShape()
            .getDim(0)
            .getDimValue());
    assertEquals(Map.of("kept", "as it is", "id", "new"), pruned.metadata());
    assertTrue(kept.toString().contains("encoder.0.bias axis 0: [1, 2, 4]"), kept.toString());
    assertEquals(model.digest(), traced.model().digest());
  }
}
