package dev.espalier.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Changes one field somewhere in a message to a value that its type allows. */
final class FieldMutation {
  private static final long[] NUMBERS = {
    0, 1, -1, 2, 7, 8, 22, 99, Integer.MAX_VALUE, 1L << 31, 1L << 62, Long.MIN_VALUE
  };
  private static final String[] NAMES = {
    "", "x", "y", "h", "w", "c", "sum", "..", "/w.bin", "w.bin", "-1", "4", "Constant", "If", "\0"
  };

  private FieldMutation() {}

  static void apply(Message.Builder message, SplittableRandom random) {
    List<FieldDescriptor> fields = new ArrayList<>(message.getAllFields().keySet());
    if (fields.isEmpty() || random.nextInt(12) == 0) {
      fields = message.getDescriptorForType().getFields();
    }
    FieldDescriptor field = fields.get(random.nextInt(fields.size()));
    if (field.isRepeated()) {
      repeated(message, field, random);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      if (random.nextInt(12) == 0) {
        message.clearField(field);
      } else {
        apply(message.getFieldBuilder(field), random);
      }
    } else {
      message.setField(field, value(field, random));
    }
  }

  private static void repeated(
      Message.Builder message, FieldDescriptor field, SplittableRandom random) {
    int count = message.getRepeatedFieldCount(field);
    boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    int choice = count == 0 ? 0 : random.nextInt(nested ? 12 : 4);
    int at = count == 0 ? 0 : random.nextInt(count);
    switch (choice) {
      case 0 -> {
        Object fresh = nested ? message.newBuilderForField(field).build() : value(field, random);
        message.addRepeatedField(field, fresh);
      }
      case 1 -> message.addRepeatedField(field, message.getRepeatedField(field, at));
      case 2 -> {
        List<Object> rest = new ArrayList<>((List<?>) message.getField(field));
        rest.remove(at);
        message.setField(field, rest);
      }
      default -> {
        if (nested) {
          apply(message.getRepeatedFieldBuilder(field, at), random);
        } else {
          message.setRepeatedField(field, at, value(field, random));
        }
      }
    }
  }

  private static Object value(FieldDescriptor field, SplittableRandom random) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    String name = NAMES[random.nextInt(NAMES.length)];
    return switch (field.getJavaType()) {
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> (float) number;
      case DOUBLE -> (double) number;
      case BOOLEAN -> number == 0;
      case STRING -> name;
      case BYTE_STRING -> ByteString.copyFromUtf8(name);
      case ENUM -> {
        var values = field.getEnumType().getValues();
        yield values.get(random.nextInt(values.size()));
      }
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
    };
  }
}
