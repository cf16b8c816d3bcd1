package dev.espalier.trainer.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.data.Examples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Brings examples into the engine, batch by batch, through one buffer. */
final class Batches {
  private static final long MOST_BYTES = 1L << 28;

  private final Examples examples;
  private final boolean longs;
  private final ByteBuffer memory;

  /**
   * @param longs whether the engine shall get int64, else float32
   * @param most most examples of a batch
   * @throws InvalidInput where a batch would be larger than 256 MiB
   */
  Batches(Examples examples, boolean longs, int most) {
    this.examples = examples;
    this.longs = longs;
    int width = longs ? Long.BYTES : Float.BYTES;
    long bytes = (long) Math.min(most, examples.count()) * width * examples.size();
    if (bytes > MOST_BYTES) {
      throw new InvalidInput(
          "batch_size",
          most,
          "a batch would have " + bytes + " bytes, more than " + MOST_BYTES + "; choose less");
    }
    memory = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * @param order indices of examples
   * @param from where in the order the batch begins
   * @param to where it ends, exclusive
   * @param manager what the array belongs to
   * @return shape [to - from, ...]
   */
  NDArray load(int[] order, int from, int to, NDManager manager) {
    int bytes;
    if (longs) {
      LongBuffer target = memory.asLongBuffer();
      for (int i = from; i < to; i++) {
        examples.copy(order[i], target);
      }
      bytes = target.position() * Long.BYTES;
    } else {
      FloatBuffer target = memory.asFloatBuffer();
      for (int i = from; i < to; i++) {
        examples.copy(order[i], target);
      }
      bytes = target.position() * Float.BYTES;
    }
    int[] one = examples.shape();
    long[] shape = new long[one.length + 1];
    shape[0] = to - from;
    for (int a = 0; a < one.length; a++) {
      shape[a + 1] = one[a];
    }
    return manager.create(
        memory.slice(0, bytes).order(ByteOrder.nativeOrder()),
        new Shape(shape),
        longs ? DataType.INT64 : DataType.FLOAT32);
  }
}
