package dev.espalier.local.log;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * The first field, in the order of the contract, in which two messages differ bit for bit.
 *
 * @param path such as {@code groups[2].importance}
 * @param left its value in the first message, in full precision
 * @param right its value in the second
 */
record FirstDifference(String path, String left, String right) {
  private static final String NOT_SET = "not set";

  /**
   * @param left of the same type as {@code right}
   * @return empty where no field differs
   */
  static Optional<FirstDifference> of(Message left, Message right) {
    return of("", left, right);
  }

  private static Optional<FirstDifference> of(String prefix, Message left, Message right) {
    for (FieldDescriptor field : left.getDescriptorForType().getFields()) {
      String path = prefix + field.getName();
      Optional<FirstDifference> difference =
          field.isRepeated()
              ? repeated(path, field, left, right)
              : single(path, field, left, right);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return left.getUnknownFields().equals(right.getUnknownFields())
        ? Optional.empty()
        : Optional.of(
            new FirstDifference(
                prefix + "unknown fields",
                left.getUnknownFields().toString(),
                right.getUnknownFields().toString()));
  }

  private static Optional<FirstDifference> repeated(
      String path, FieldDescriptor field, Message left, Message right) {
    int count = left.getRepeatedFieldCount(field);
    int other = right.getRepeatedFieldCount(field);
    for (int i = 0; i < Math.min(count, other); i++) {
      Optional<FirstDifference> difference =
          values(
              path + "[" + i + "]",
              left.getRepeatedField(field, i),
              right.getRepeatedField(field, i));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return count == other
        ? Optional.empty()
        : Optional.of(new FirstDifference(path, count + " values", other + " values"));
  }

  private static Optional<FirstDifference> single(
      String path, FieldDescriptor field, Message left, Message right) {
    boolean isSet = !field.hasPresence() || left.hasField(field);
    boolean isOtherSet = !field.hasPresence() || right.hasField(field);
    if (isSet && isOtherSet) {
      return values(path, left.getField(field), right.getField(field));
    }
    return isSet == isOtherSet
        ? Optional.empty()
        : Optional.of(
            new FirstDifference(
                path,
                isSet ? shown(left.getField(field)) : NOT_SET,
                isOtherSet ? shown(right.getField(field)) : NOT_SET));
  }

  private static Optional<FirstDifference> values(String path, Object left, Object right) {
    if (left instanceof Message message) {
      return of(path + ".", message, (Message) right);
    }
    return Objects.equals(left, right)
        ? Optional.empty()
        : Optional.of(new FirstDifference(path, shown(left), shown(right)));
  }

  private static String shown(Object value) {
    return switch (value) {
      case Message message -> TextFormat.printer().shortDebugString(message);
      case EnumValueDescriptor constant -> constant.getName();
      default -> value.toString();
    };
  }
}
