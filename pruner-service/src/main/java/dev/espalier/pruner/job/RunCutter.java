package dev.espalier.pruner.job;

import com.google.protobuf.ByteString;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.importance.v1.ImportanceSnapshot;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.importance.v1.UnitEvidence;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.pruner.PruneFile;
import dev.espalier.pruner.Pruner;
import dev.espalier.pruner.cut.CutGroups;
import dev.espalier.pruner.graph.Aligned;
import dev.espalier.pruner.graph.Group;
import dev.espalier.pruner.graph.Traced;
import dev.espalier.pruner.message.GraphMessages;
import dev.espalier.pruner.message.PruningMessages;
import dev.espalier.pruner.plan.PruningPlan;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.KeptIndices;
import dev.espalier.pruning.v1.ModelPruned;
import dev.espalier.pruning.v1.StartPruningRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Cuts the model of a run that trains. The groups of the smaller model are derived from those that
 * the run knows, so that they keep their ids, and held against an analysis of it.
 *
 * @param units asked where a score is one that the run recorded
 */
public record RunCutter(
    ModelFiles files, PruneFile pruneFile, Clock clock, RandomGenerator random, UnitRecords units) {

  /**
   * What to cut.
   *
   * @param model relative to the model store's root
   * @param graph its groups as the run knows them
   * @param order how to cut, complete, with the run's id
   * @param importance after the newest epoch; empty where the order needs none
   */
  public record Task(
      String model,
      DependencyGraph graph,
      StartPruningRequest order,
      Optional<ImportanceSnapshot> importance) {}

  /**
   * Plans, cuts, verifies and writes. What throws leaves no files behind.
   *
   * @param progress told of each stage
   * @param last told when all is made; where it throws, the cut is not wanted
   * @throws ModelFiles.MissingException where there is no such model
   * @throws dev.espalier.onnx.OnnxException where the model cannot be used, or its groups are not
   *     the graph's
   * @throws dev.espalier.pruner.plan.PlanException where the target cannot be met
   * @throws dev.espalier.pruner.verify.VerificationException where the smaller model is not the
   *     masked twin's equal
   * @throws IOException where results cannot be written or unit scores not be read
   */
  public CutRunResponse cut(Task task, Pruner.Progress progress, Runnable last)
      throws ModelFiles.MissingException, IOException {
    try (ModelFiles.Loaded model = files.load(task.model)) {
      List<Group> known = GraphMessages.groups(task.graph);
      Traced traced = Aligned.of(pruneFile.pruner().analyze(OnnxModel.parse(model.bytes())), known);
      String id = files.newPruning(clock.instant(), random);
      try {
        CutRunResponse response = cut(id, task, model.bytes(), known, traced, progress);
        last.run();
        return response;
      } catch (IOException | RuntimeException | Error e) {
        discard(id, e);
        throw e;
      }
    }
  }

  private void discard(String id, Throwable cause) {
    try {
      files.discard(id);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private CutRunResponse cut(
      String id,
      Task task,
      byte[] bytes,
      List<Group> known,
      Traced traced,
      Pruner.Progress progress)
      throws IOException {
    String name = files.store().prunedModel(id);
    Optional<Ranking> ranking = task.importance.map(RunCutter::ranking);
    PruneFile.Pruned cut =
        pruneFile.cut(
            Orders.task(
                id,
                task.model,
                bytes.length,
                OnnxModel.digest(bytes),
                task.order,
                ranking,
                units(task.order, ranking),
                Optional.empty(),
                name),
            traced,
            files.store().resolve(name).getParent(),
            progress);
    Pruner.Result result = cut.result();
    List<int[]> stay = stay(known, traced, result.plan());
    List<Group> smaller = CutGroups.of(known, stay, result.kept(), result.pruned());
    Traced again = Aligned.of(pruneFile.pruner().analyze(result.pruned()), smaller);
    ModelPruned message =
        PruningMessages.result(id, task.order, cut.report(), files.store().report(id));
    CutRunResponse.Builder response =
        CutRunResponse.newBuilder()
            .setResult(message)
            .setGraph(
                GraphMessages.of(
                    again.graph(),
                    smaller,
                    task.order.getRunId(),
                    message.getPrunedModelDigest(),
                    name));
    for (int g = 0; g < known.size(); g++) {
      response.addKeptUnits(bits(known.get(g).units(), stay.get(g)));
    }
    result
        .kept()
        .byInitializer()
        .forEach(
            (initializer, axes) ->
                axes.forEach((axis, kept) -> response.addKept(kept(initializer, axis, kept))));
    return response.build();
  }

  /** For each known group the units that stay; all, where there is nothing to cut. */
  private static List<int[]> stay(List<Group> known, Traced traced, PruningPlan plan) {
    Map<String, int[]> removed = new HashMap<>();
    for (int g = 0; g < plan.removed().length; g++) {
      removed.put(traced.graph().groups().get(g).id(), plan.removed()[g]);
    }
    List<int[]> stay = new ArrayList<>();
    for (Group group : known) {
      int[] gone = removed.getOrDefault(group.id(), new int[0]);
      stay.add(
          IntStream.range(0, group.units())
              .filter(unit -> Arrays.binarySearch(gone, unit) < 0)
              .toArray());
    }
    return stay;
  }

  private static ByteString bits(int units, int[] stay) {
    if (stay.length == units) {
      return ByteString.EMPTY;
    }
    byte[] bits = new byte[(units + 7) / 8];
    for (int unit : stay) {
      bits[unit / 8] |= (byte) (1 << unit % 8);
    }
    return ByteString.copyFrom(bits);
  }

  private static KeptIndices kept(String initializer, int axis, int[] kept) {
    return KeptIndices.newBuilder()
        .setInitializer(initializer)
        .setAxis(axis)
        .addAllIndex(Arrays.stream(kept).boxed().toList())
        .build();
  }

  private List<UnitEvidence> units(StartPruningRequest order, Optional<Ranking> ranking)
      throws IOException {
    return ranking.isPresent() && Orders.needsUnits(order) ? units.of(ranking.get()) : List.of();
  }

  /** The importance so far, as a ranking has it. */
  private static Ranking ranking(ImportanceSnapshot snapshot) {
    return Ranking.newBuilder()
        .setRunId(snapshot.getRunId())
        .addAllGroups(snapshot.getGroupsList())
        .setUnitRecords(snapshot.getUnitRecords())
        .build();
  }
}
