package dev.espalier.onnx;

/** A model that cannot be used: says where, what was found and what to do. */
public final class OnnxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public OnnxException(String place, String problem) {
    super(place + ": " + problem);
  }

  public OnnxException(String place, String problem, Throwable cause) {
    super(place + ": " + problem, cause);
  }
}
