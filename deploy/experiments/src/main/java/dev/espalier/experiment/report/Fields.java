package dev.espalier.experiment.report;

import com.fasterxml.jackson.databind.JsonNode;

/** Fields of a JSON object that must be there. */
final class Fields {
  private Fields() {}

  static String text(JsonNode object, String field) {
    return checked(object, field, object.path(field).isTextual(), "a text").textValue();
  }

  static double number(JsonNode object, String field) {
    return checked(object, field, object.path(field).isNumber(), "a number").doubleValue();
  }

  static long whole(JsonNode object, String field) {
    return checked(object, field, object.path(field).canConvertToLong(), "a whole number")
        .longValue();
  }

  static JsonNode array(JsonNode object, String field) {
    return checked(object, field, object.path(field).isArray(), "a list");
  }

  static JsonNode object(JsonNode object, String field) {
    return checked(object, field, object.path(field).isObject(), "an object");
  }

  private static JsonNode checked(JsonNode object, String field, boolean fits, String wanted) {
    if (!fits) {
      throw new IllegalArgumentException(
          field + " = " + object.path(field) + ": must be " + wanted);
    }
    return object.path(field);
  }
}
