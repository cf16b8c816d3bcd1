package dev.espalier.pruner.api;

import com.google.rpc.Code;
import dev.espalier.graph.v1.DependencyGraph;
import dev.espalier.grpc.Errors;
import dev.espalier.grpc.NewestOnly;
import dev.espalier.importance.v1.Ranking;
import dev.espalier.pruner.job.Job;
import dev.espalier.pruner.job.JobState;
import dev.espalier.pruner.job.Jobs;
import dev.espalier.pruner.job.PruningRunner;
import dev.espalier.pruner.message.OrderMessages;
import dev.espalier.pruner.message.PruningMessages;
import dev.espalier.pruner.stream.Publisher;
import dev.espalier.pruner.stream.RunViews;
import dev.espalier.pruning.v1.AnalyzeModelRequest;
import dev.espalier.pruning.v1.AnalyzeModelResponse;
import dev.espalier.pruning.v1.AnalyzeSensitivityRequest;
import dev.espalier.pruning.v1.AnalyzeSensitivityResponse;
import dev.espalier.pruning.v1.CutRunRequest;
import dev.espalier.pruning.v1.CutRunResponse;
import dev.espalier.pruning.v1.GetPruningRequest;
import dev.espalier.pruning.v1.GetPruningResponse;
import dev.espalier.pruning.v1.ListPruningsRequest;
import dev.espalier.pruning.v1.ListPruningsResponse;
import dev.espalier.pruning.v1.PruningService;
import dev.espalier.pruning.v1.StartPruningRequest;
import dev.espalier.pruning.v1.StartPruningResponse;
import dev.espalier.pruning.v1.WatchPruningRequest;
import dev.espalier.pruning.v1.WatchPruningResponse;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** The pruning service over gRPC. */
@GrpcService
@RegisterInterceptor(NewestOnly.class)
public class PruningApi implements PruningService {
  private static final Logger LOG = Logger.getLogger(PruningApi.class);

  private final PrunerConfig config;
  private final Analyses analyses;
  private final PruningRunner runner;
  private final Jobs jobs;
  private final RunViews views;
  private final Publisher publisher;
  private final Rankings rankings;
  private final Sensitivities sensitivities;
  private final RunCuts cuts;

  PruningApi(
      PrunerConfig config,
      Analyses analyses,
      PruningRunner runner,
      Jobs jobs,
      RunViews views,
      Publisher publisher,
      Rankings rankings,
      Sensitivities sensitivities,
      RunCuts cuts) {
    this.config = config;
    this.analyses = analyses;
    this.runner = runner;
    this.jobs = jobs;
    this.views = views;
    this.publisher = publisher;
    this.rankings = rankings;
    this.sensitivities = sensitivities;
    this.cuts = cuts;
  }

  @Override
  public Uni<CutRunResponse> cutRun(CutRunRequest request) {
    return cuts.cut(request).call(response -> publish(response.getGraph()));
  }

  @Override
  public Uni<AnalyzeModelResponse> analyzeModel(AnalyzeModelRequest request) {
    String runId = request.getRunId().isEmpty() ? "" : Requests.runId(request.getRunId());
    return analyses
        .graph(
            request.getModel(),
            runId,
            Requests.checked(() -> OrderMessages.inputShapes(request.getInputShapesMap())))
        .invoke(this::take)
        .call(graph -> publish(graph))
        .map(graph -> AnalyzeModelResponse.newBuilder().setGraph(graph).build());
  }

  @Override
  public Uni<StartPruningResponse> startPruning(StartPruningRequest request) {
    StartPruningRequest order = Requests.checked(() -> OrderMessages.complete(request));
    return switch (order.getSourceCase()) {
      case RUN_ID -> {
        String runId = Requests.runId(request.getRunId());
        yield rankings.of(runId).map(ranking -> start(order, ranking.getModel(), ranking));
      }
      case MODEL -> analyses.check(request.getModel()).map(model -> start(order, model, null));
      case SOURCE_NOT_SET -> throw Errors.invalid("source", "", "set run_id or model");
    };
  }

  @Override
  public Multi<AnalyzeSensitivityResponse> analyzeSensitivity(AnalyzeSensitivityRequest request) {
    return sensitivities.measure(request);
  }

  @Override
  public Uni<GetPruningResponse> getPruning(GetPruningRequest request) {
    Job job = job(request.getPruningId());
    return Uni.createFrom()
        .item(
            GetPruningResponse.newBuilder()
                .setPruning(PruningMessages.pruning(job, job.state()))
                .build());
  }

  @Override
  public Uni<ListPruningsResponse> listPrunings(ListPruningsRequest request) {
    int size = Requests.pageSize(request.getPageSize());
    List<Job> page = jobs.newestAfter(request.getPageToken(), size + 1);
    ListPruningsResponse.Builder response = ListPruningsResponse.newBuilder();
    page.stream()
        .limit(size)
        .forEach(job -> response.addPrunings(PruningMessages.pruning(job, job.state())));
    if (page.size() > size) {
      response.setNextPageToken(page.get(size - 1).id());
    }
    return Uni.createFrom().item(response.build());
  }

  @Override
  public Multi<WatchPruningResponse> watchPruning(WatchPruningRequest request) {
    Job job = job(request.getPruningId());
    return Multi.createFrom()
        .<JobState>emitter(
            emitter -> {
              Runnable end =
                  job.watch(
                      state -> {
                        emitter.emit(state);
                        if (state instanceof JobState.Ended) {
                          emitter.complete();
                        }
                      });
              emitter.onTermination(end);
            },
            BackPressureStrategy.LATEST)
        .map(
            state ->
                WatchPruningResponse.newBuilder()
                    .setPruning(PruningMessages.pruning(job, state))
                    .build());
  }

  /** A run's graph changes by its cuts alone: what it trained was cut by it. */
  private void take(DependencyGraph graph) {
    String runId = graph.getRunId();
    views
        .offerGraph(runId.isEmpty() ? graph.getModelDigest() : runId, graph)
        .ifPresent(
            known -> {
              throw Errors.notYet(
                  "RUN_HAS_OTHER_MODEL",
                  "run_id",
                  runId,
                  "the run has the graph of %s, digest %s; analyse another model under another run"
                          .formatted(known.getModel(), known.getModelDigest())
                      + " or under none");
            });
  }

  private Job job(String id) {
    return jobs.get(id)
        .orElseThrow(
            () -> Errors.notFound("pruning_id", id, "no such pruning; ListPrunings tells them"));
  }

  /** Gives the broker a moment to take the graph; the answer does not depend on it. */
  private Uni<Void> publish(DependencyGraph graph) {
    return publisher
        .graph(graph)
        .ifNoItem()
        .after(config.publishWait())
        .failWith(() -> new TimeoutException("not taken within " + config.publishWait()))
        .onFailure()
        .invoke(
            e ->
                LOG.warnf(
                    "graph not yet on the bus, model=%s reason=%s",
                    graph.getModel(), e.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private StartPruningResponse start(StartPruningRequest order, String model, Ranking ranking) {
    Job.Request request =
        new Job.Request(
            model,
            order,
            Optional.ofNullable(ranking),
            ranking == null ? Optional.empty() : views.graph(order.getRunId()));
    String field = ranking == null ? "model" : "run_id";
    String value = ranking == null ? model : order.getRunId();
    try {
      Job job = runner.start(request);
      return StartPruningResponse.newBuilder()
          .setPruning(PruningMessages.pruning(job, job.state()))
          .build();
    } catch (Jobs.InProgressException e) {
      throw Errors.notYet(
          "PRUNING_IN_PROGRESS",
          field,
          value,
          "pruning " + e.pruningId() + " of it is at work; wait for it to end");
    } catch (RejectedExecutionException e) {
      throw Errors.error(
          Code.RESOURCE_EXHAUSTED,
          "TOO_MANY_PRUNINGS",
          field,
          value,
          "too many prunings wait already; try again later");
    }
  }
}
