package dev.espalier.local.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A message of {@code docs/asyncapi.yaml}. */
public final class DeclaredMessage {
  private final JsonNode message;
  private final JsonNode headers;
  private final JsonNode key;

  private DeclaredMessage(JsonNode message, JsonNode headers, JsonNode key) {
    this.message = message;
    this.headers = headers;
    this.key = key;
  }

  static DeclaredMessage of(JsonNode message, UnaryOperator<JsonNode> resolved) {
    return new DeclaredMessage(
        message,
        resolved.apply(message.path("headers")),
        resolved.apply(message.path("bindings")).path("kafka").path("key"));
  }

  /** Full name of the protobuf message. */
  public String name() {
    return message.path("name").asText();
  }

  /** The media type of its records. */
  public String contentType() {
    return message.path("contentType").asText();
  }

  public boolean declaresKey() {
    return !key.path("pattern").asText().isEmpty();
  }

  /** Whether a record's key is as declared. */
  public boolean acceptsKey(String given) {
    return given.matches(key.path("pattern").asText());
  }

  /** What is wrong with a record's headers, in words; empty where nothing is. */
  public List<String> faults(Map<String, String> given) {
    List<String> faults = new ArrayList<>();
    for (JsonNode required : headers.path("required")) {
      if (!given.containsKey(required.asText())) {
        faults.add(required.asText() + " is missing");
      }
    }
    given.forEach(
        (name, value) -> {
          JsonNode declared = headers.path("properties").path(name);
          if (declared.isMissingNode()) {
            if (!headers.path("additionalProperties").asBoolean()) {
              faults.add(name + " is not declared");
            }
          } else if (!accepts(declared, value)) {
            faults.add(name + " = " + value + ": must be " + declared);
          }
        });
    return faults;
  }

  private static boolean accepts(JsonNode declared, String value) {
    if (declared.has("const") && !value.equals(declared.path("const").asText())) {
      return false;
    }
    if (declared.has("pattern") && !value.matches(declared.path("pattern").asText())) {
      return false;
    }
    for (JsonNode choice : declared.path("enum")) {
      if (choice.asText().equals(value)) {
        return true;
      }
    }
    return !declared.has("enum");
  }
}
