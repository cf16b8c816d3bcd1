package dev.espalier.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Tensor data that lies in files beside the model's own. */
final class ExternalData {
  private final ExternalFolder folder;
  private long total;

  private ExternalData(ExternalFolder folder, long total) {
    this.folder = folder;
    this.total = total;
  }

  /**
   * The model with all its data inside; the data is mapped, not copied.
   *
   * @param folder the model file's folder, which no location may leave
   * @param size bytes of the model file
   * @throws OnnxException where a location, offset, length or checksum does not fit, or the whole
   *     has 2 GiB or more
   * @throws IOException where a file cannot be read
   */
  static ModelProto inline(ModelProto model, Path folder, long size) throws IOException {
    if (!in(model)) {
      return model;
    }
    ExternalData data = new ExternalData(new ExternalFolder(folder), size);
    try {
      return TensorRewrite.rewrite(model, data::inline);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * @throws OnnxException where some tensor's data lies outside of the model
   */
  static void refuse(ModelProto model) {
    if (in(model)) {
      TensorRewrite.rewrite(
          model,
          (tensor, place) -> {
            refuse(tensor, place);
            return tensor;
          });
    }
  }

  static void refuse(TensorProto tensor, String place) {
    if (isExternal(tensor)) {
      throw new OnnxException(
          place,
          "its data lies in another file (external data), which only a model that is read from a"
              + " folder can reach; save the model in one file");
    }
  }

  private static boolean in(ModelProto model) {
    return TensorRewrite.any(model, ExternalData::isExternal);
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private TensorProto inline(TensorProto tensor, String place) {
    if (!isExternal(tensor)) {
      return tensor;
    }
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      if (entries.put(entry.getKey(), entry.getValue()) != null) {
        throw new OnnxException(place, "external data gives \"" + entry.getKey() + "\" twice");
      }
    }
    long asked = TensorReader.rawBytes(tensor, place);
    long offset = number(entries, "offset", 0, place);
    long length = number(entries, "length", asked, place);
    if (length != asked) {
      throw new OnnxException(
          place, "dims ask for " + asked + " bytes, external data has length " + length);
    }
    total = length > OnnxModel.MOST_BYTES ? length : total + length;
    if (total > OnnxModel.MOST_BYTES) {
      throw new OnnxException(
          place, "with its external data the model reaches 2 GiB, more than can be handled");
    }
    try {
      ByteString bytes =
          folder.bytes(
              entries.getOrDefault("location", ""),
              offset,
              (int) length,
              entries.get("checksum"),
              place);
      return tensor.toBuilder().clearExternalData().clearDataLocation().setRawData(bytes).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(
      Map<String, String> entries, String key, long otherwise, String place) {
    String value = entries.get(key);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new OnnxException(place, "external data " + key + " \"" + value + "\": no number", e);
    }
    throw new OnnxException(place, "external data " + key + " " + value + " is negative");
  }
}
