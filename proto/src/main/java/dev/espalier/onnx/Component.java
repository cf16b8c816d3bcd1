package dev.espalier.onnx;

/** Which component of a model a name belongs to. */
public final class Component {
  /** Component of names without a scope. */
  public static final String NONE = "model";

  private Component() {}

  /**
   * The first segment of a scoped name: {@code encoder} of {@code encoder.0.weight} and of {@code
   * /encoder/0/Gemm}.
   *
   * @param name an initialiser's or a node's name
   * @return its component, {@link #NONE} where the name has no scope
   */
  public static String of(String name) {
    int start = name.startsWith("/") ? 1 : 0;
    for (int i = start; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.' || c == '/' || c == ':') {
        return c == ':' || i == start ? NONE : name.substring(start, i);
      }
    }
    return NONE;
  }

  /**
   * The scope that a parameter's name shares with its siblings: {@code encoder.0} of {@code
   * encoder.0.weight}.
   *
   * @param name an initialiser's name
   * @return all but its last segment, or the name itself where it has only one
   */
  public static String scope(String name) {
    int end = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'));
    return end <= 0 ? name : name.substring(0, end);
  }
}
