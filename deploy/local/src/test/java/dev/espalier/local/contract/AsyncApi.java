package dev.espalier.local.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What {@code docs/asyncapi.yaml} declares, for tests that hold it against the running suite. */
public final class AsyncApi {
  private static final String RATIO = "min.cleanable.dirty.ratio";

  private final JsonNode root;

  /**
   * A topic as declared.
   *
   * @param address its name
   * @param message the only one it carries
   * @param partitions how many
   * @param settings of the topic, as the broker calls them
   */
  public record Channel(
      String address, DeclaredMessage message, int partitions, Map<String, String> settings) {
    /** Whether records come here that could not be used. */
    public boolean isDeadLetters() {
      return address.endsWith(".dlq");
    }
  }

  private AsyncApi(JsonNode root) {
    this.root = root;
  }

  /**
   * @param project the project's folder
   */
  public static AsyncApi of(Path project) {
    try {
      return new AsyncApi(
          new YAMLMapper().readTree(project.resolve("docs/asyncapi.yaml").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The version of AsyncAPI. */
  public String version() {
    return root.path("asyncapi").asText();
  }

  public List<Channel> channels() {
    return root.path("channels").properties().stream()
        .map(entry -> channel(entry.getValue()))
        .toList();
  }

  /** Addresses that a service sends to, or receives from. */
  public Set<String> addresses(String action) {
    return root.path("operations").properties().stream()
        .map(Map.Entry::getValue)
        .filter(operation -> operation.path("action").asText().equals(action))
        .map(operation -> resolved(operation.path("channel")).path("address").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** References that lead nowhere. */
  public List<String> brokenReferences() {
    List<String> broken = new ArrayList<>();
    for (JsonNode reference : root.findValues("$ref")) {
      if (root.at(reference.asText().substring(1)).isMissingNode()) {
        broken.add(reference.asText());
      }
    }
    return broken;
  }

  private Channel channel(JsonNode channel) {
    JsonNode kafka = resolved(channel.path("bindings")).path("kafka");
    Map<String, String> settings = new LinkedHashMap<>();
    kafka
        .path("topicConfiguration")
        .properties()
        .forEach(entry -> settings.put(entry.getKey(), text(entry.getValue())));
    JsonNode ratio = channel.path("x-" + RATIO.replace('.', '-'));
    if (!ratio.isMissingNode()) {
      settings.put(RATIO, ratio.asText());
    }
    JsonNode message = resolved(channel.path("messages").iterator().next());
    return new Channel(
        channel.path("address").asText(),
        DeclaredMessage.of(message, this::resolved),
        kafka.path("partitions").asInt(),
        settings);
  }

  private static String text(JsonNode value) {
    List<String> parts = new ArrayList<>();
    value.forEach(part -> parts.add(part.asText()));
    return value.isArray() ? String.join(",", parts) : value.asText();
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? root.at(node.path("$ref").asText().substring(1)) : node;
  }
}
