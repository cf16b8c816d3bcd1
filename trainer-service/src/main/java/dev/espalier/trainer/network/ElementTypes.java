package dev.espalier.trainer.network;

import ai.djl.ndarray.types.DataType;
import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;

/** ONNX' element types as the engine has them. */
public final class ElementTypes {
  private ElementTypes() {}

  /**
   * @param type of a value in the model
   * @param network element type of what is float32 in the model
   * @param place what to name in the error
   * @throws OnnxException where the engine does not have the type
   */
  public static DataType engine(ElementType type, DataType network, String place) {
    return switch (type) {
      case FLOAT -> network;
      case DOUBLE -> DataType.FLOAT64;
      case FLOAT16 -> DataType.FLOAT16;
      case INT64 -> DataType.INT64;
      case INT32 -> DataType.INT32;
      case INT8 -> DataType.INT8;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
      default ->
          throw new OnnxException(
              place, type + " cannot be trained; convert the model to float32 and int64");
    };
  }

  /** The same for a {@code TensorProto.DataType} code. */
  public static DataType engine(int code, DataType network, String place) {
    for (ElementType type : ElementType.values()) {
      if (type.code() == code) {
        return engine(type, network, place);
      }
    }
    throw new OnnxException(place, "element type " + code + " cannot be trained");
  }
}
