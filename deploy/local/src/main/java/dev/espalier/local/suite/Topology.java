package dev.espalier.local.suite;

import dev.espalier.kafka.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The topics of the bus as the local suite creates them, one replica each. Runs spread over the
 * partitions of the training topic, and over the instances of the importance service with them.
 */
public final class Topology {
  /** Partitions of the training topic: at most so many instances share the fold. */
  public static final int TRAINING_PARTITIONS = 4;

  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");
  private static final Map<String, String> TIMED = Map.of("cleanup.policy", "delete");

  private Topology() {}

  /**
   * Creates the topics that are missing, once the broker answers.
   *
   * @param bootstrapServers the broker
   * @param seconds how long to wait for it, at most
   * @throws SuiteException where it does not answer in time
   */
  public static void create(String bootstrapServers, int seconds) {
    int millis = seconds * 1000;
    try (Admin admin =
        Admin.create(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "request.timeout.ms",
                "2000",
                "default.api.timeout.ms",
                Integer.toString(millis)))) {
      Set<String> present = admin.listTopics().names().get(seconds, TimeUnit.SECONDS);
      List<NewTopic> missing =
          topics().stream().filter(topic -> !present.contains(topic.name())).toList();
      admin.createTopics(missing).all().get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SuiteException("the broker at " + bootstrapServers + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SuiteException("interrupted while the broker started", e);
    }
  }

  private static List<NewTopic> topics() {
    List<NewTopic> topics = new ArrayList<>();
    for (String name : List.of(Topics.TRAINING, Topics.IMPORTANCE, Topics.MODELS)) {
      topics.add(topic(name, TIMED));
    }
    for (String name : List.of(Topics.GRAPHS, Topics.RANKINGS, Topics.SNAPSHOTS, Topics.UNITS)) {
      topics.add(topic(name, COMPACTED));
    }
    for (String name :
        List.of(
            Topics.TRAINING,
            Topics.IMPORTANCE,
            Topics.SNAPSHOTS,
            Topics.MODELS,
            Topics.GRAPHS,
            Topics.RANKINGS)) {
      topics.add(topic(Topics.deadLetters(name), TIMED));
    }
    return topics;
  }

  private static NewTopic topic(String name, Map<String, String> settings) {
    int partitions = name.equals(Topics.TRAINING) ? TRAINING_PARTITIONS : 1;
    return new NewTopic(name, partitions, (short) 1).configs(settings);
  }
}
