package dev.espalier.npz;

import dev.espalier.onnx.ElementType;
import dev.espalier.onnx.OnnxException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the header of a .npy file says: a Python dictionary of {@code descr}, {@code fortran_order}
 * and {@code shape}. Nothing in it is ever executed.
 *
 * @param type element type
 * @param order byte order of the elements
 * @param fortran true where the first index varies fastest
 * @param shape length of each axis, each at least 0
 */
record NpyHeader(ElementType type, ByteOrder order, boolean fortran, long[] shape) {
  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*'(\\w{1,20})'\\s*:\\s*(?:'([^']{1,20})'|(True|False)|\\(([0-9L, ]{0,400})\\))\\s*(,|$)");

  private static final Map<String, ElementType> TYPES =
      Map.of(
          "f2", ElementType.FLOAT16,
          "f4", ElementType.FLOAT,
          "f8", ElementType.DOUBLE,
          "i1", ElementType.INT8,
          "i2", ElementType.INT16,
          "i4", ElementType.INT32,
          "i8", ElementType.INT64,
          "u1", ElementType.UINT8,
          "u2", ElementType.UINT16,
          "b1", ElementType.BOOL);

  private static final int MOST_AXES = 16;

  /**
   * @param place what to name in errors
   * @throws OnnxException where the text is no such dictionary, or the type is none of numbers
   */
  static NpyHeader parse(String place, String text) {
    String body = text.strip();
    if (!body.startsWith("{") || !body.endsWith("}")) {
      throw new OnnxException(place, "header is no dictionary; write it with numpy.save");
    }
    Map<String, String> fields = new TreeMap<>();
    String rest = body.substring(1, body.length() - 1).strip();
    while (!rest.isEmpty()) {
      Matcher entry = ENTRY.matcher(rest);
      if (!entry.lookingAt()) {
        throw new OnnxException(place, problem(rest));
      }
      String value = entry.group(2);
      value = value == null ? entry.group(3) : value;
      value = value == null ? "(" + entry.group(4) : value;
      if (fields.put(entry.group(1), value) != null) {
        throw new OnnxException(place, "header field " + entry.group(1) + " is there twice");
      }
      rest = rest.substring(entry.end()).strip();
    }
    if (!fields.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
      throw new OnnxException(
          place, "header has fields " + fields.keySet() + ", not descr, fortran_order and shape");
    }
    String descr = fields.get("descr");
    return new NpyHeader(
        type(place, descr),
        descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        fortran(place, fields.get("fortran_order")),
        shape(place, fields.get("shape")));
  }

  private static String problem(String rest) {
    String shown = rest.length() > 40 ? rest.substring(0, 40) + "..." : rest;
    return rest.startsWith("'descr'") && rest.contains("[")
        ? "field descr: records are not supported; save one array a field"
        : "header is not as numpy.save writes it, at " + shown;
  }

  private static ElementType type(String place, String descr) {
    ElementType type = descr.matches("[<>|=]..") ? TYPES.get(descr.substring(1)) : null;
    if (type == null) {
      String remedy =
          descr.contains("O")
              ? "objects are never unpickled; save an array of numbers"
              : "is not supported; convert the array with .astype(numpy.float32)";
      throw new OnnxException(place, "field descr: type '" + descr + "' " + remedy);
    }
    return type;
  }

  private static boolean fortran(String place, String value) {
    if (!value.equals("True") && !value.equals("False")) {
      throw new OnnxException(place, "field fortran_order is neither True nor False");
    }
    return value.equals("True");
  }

  private static long[] shape(String place, String value) {
    if (!value.startsWith("(")) {
      throw new OnnxException(place, "field shape is no tuple");
    }
    List<Long> shape = new ArrayList<>();
    String inner = value.substring(1).strip();
    if (inner.endsWith(",")) {
      inner = inner.substring(0, inner.length() - 1);
    }
    for (String dim : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
      String digits = dim.strip().replaceFirst("L$", "");
      if (!digits.matches("[0-9]{1,12}")) {
        throw new OnnxException(place, "field shape: \"" + dim.strip() + "\" is no length");
      }
      shape.add(Long.parseLong(digits));
    }
    if (shape.size() > MOST_AXES) {
      throw new OnnxException(place, "field shape has " + shape.size() + " axes, above 16");
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Bytes of all elements.
   *
   * @param most where there are more, it is an error
   */
  int bytes(String place, long most) {
    long bytes = type.bytes();
    for (long dim : shape) {
      if (dim == 0) {
        throw new OnnxException(place, "field shape " + Arrays.toString(shape) + ": empty");
      }
      bytes = dim > most / bytes ? Long.MAX_VALUE : bytes * dim;
      if (bytes > most) {
        throw new OnnxException(
            place,
            "field shape %s asks for more than the %d bytes that may be read; take fewer samples"
                .formatted(Arrays.toString(shape), most));
      }
    }
    return Math.toIntExact(bytes);
  }
}
