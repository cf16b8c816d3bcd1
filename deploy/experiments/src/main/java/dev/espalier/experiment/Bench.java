package dev.espalier.experiment;

import dev.espalier.onnx.OnnxModel;
import dev.espalier.training.v1.StartRunRequest;
import java.io.IOException;

/** What a cell works with: the whole loop of training, weighing and cutting, in this process. */
public interface Bench {
  /** What was asked for. */
  Setup setup();

  /**
   * Trains, with the importance fold and the pruner beside it: coefficients are there when an epoch
   * begins, milestones are cut. The same request gives the same run, bit for bit.
   *
   * @param request as for the service; what it leaves open is filled in, task {@code autoencoder}
   *     gets the setup's data, the run's id is made here
   * @throws IllegalStateException where the run fails; says why
   */
  TrainedRun train(StartRunRequest request) throws IOException, InterruptedException;

  /**
   * As {@link #train}, but of all cells with such a request the first one trains, and the others
   * get what it made. The run counts among those of every cell that asks for it.
   */
  TrainedRun trainOnce(StartRunRequest request) throws IOException, InterruptedException;

  /**
   * Keeps a model while the cell is at work.
   *
   * @param name of [a-z0-9-], no other of the cell's
   * @return its name in the model store, for requests
   */
  String keep(String name, OnnxModel model) throws IOException;

  /**
   * Says how far the cell has come, after each of its steps, so that a person sees it move.
   *
   * @param share from 0 to 1, of the whole cell
   */
  void done(double share);
}
