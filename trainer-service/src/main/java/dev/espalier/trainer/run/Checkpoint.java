package dev.espalier.trainer.run;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.espalier.onnx.AtomicFile;
import dev.espalier.onnx.OnnxModel;
import dev.espalier.trainer.InvalidInput;
import dev.espalier.trainer.optimise.Adam;
import dev.espalier.trainer.optimise.AdamSettings;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.training.v1.CheckpointHeader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A run between two batches: all that it takes to go on as if nothing had been.
 *
 * @param header where it stood
 * @param model the network as it was
 * @param moments the optimiser's first and second moments by tensor
 */
record Checkpoint(CheckpointHeader header, OnnxModel model, Map<String, float[][]> moments) {
  private static final String HEADER = "header.pb";
  private static final String MODEL = "model.onnx";
  private static final String MOMENTS = "moments";
  private static final int LARGEST_HEADER = 1 << 30;

  /** What a learner is made of at this moment. */
  static Checkpoint of(CheckpointHeader header, Learner learner) {
    Map<String, float[][]> moments = new LinkedHashMap<>();
    List<TensorShape> shapes = learner.shapes();
    for (int t = 0; t < shapes.size(); t++) {
      moments.put(
          shapes.get(t).name(), new float[][] {learner.adam().first(t), learner.adam().second(t)});
    }
    return new Checkpoint(header, learner.model(), moments);
  }

  /**
   * The optimiser as it was.
   *
   * @param shapes the tensors of the network that it shall train
   * @throws InvalidInput where the checkpoint is of another network; names the tensor
   */
  Adam optimiser(AdamSettings settings, List<TensorShape> shapes) {
    float[][] first = new float[shapes.size()][];
    float[][] second = new float[shapes.size()][];
    for (int t = 0; t < shapes.size(); t++) {
      TensorShape shape = shapes.get(t);
      float[][] of = moments.get(shape.name());
      if (of == null || of[0].length != shape.size() || moments.size() != shapes.size()) {
        throw new InvalidInput(
            "checkpoint",
            header.getRun().getRunId(),
            "is of another network: the optimiser has "
                + (of == null ? "nothing" : of[0].length + " elements")
                + " for tensor \""
                + shape.name()
                + "\" of "
                + shape.size());
      }
      first[t] = of[0];
      second[t] = of[1];
    }
    return new Adam(settings, header.getSteps(), first, second);
  }

  /**
   * Writes it whole or not at all.
   *
   * @throws IOException where the disk fails
   */
  void write(Path file) throws IOException {
    AtomicFile.write(file, this::write);
  }

  private void write(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.NO_COMPRESSION);
    zip.putNextEntry(new ZipEntry(HEADER));
    header.writeTo(zip);
    zip.putNextEntry(new ZipEntry(MODEL));
    model.proto().writeTo(zip);
    zip.putNextEntry(new ZipEntry(MOMENTS));
    DataOutputStream data = new DataOutputStream(zip);
    data.writeInt(moments.size());
    for (Map.Entry<String, float[][]> tensor : moments.entrySet()) {
      data.writeUTF(tensor.getKey());
      data.writeInt(tensor.getValue()[0].length);
      for (float[] values : tensor.getValue()) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
        bytes.asFloatBuffer().put(values);
        data.write(bytes.array());
      }
    }
    data.flush();
    zip.closeEntry();
    zip.finish();
  }

  /**
   * @throws InvalidInput where the file is damaged; says to remove it or to start anew
   * @throws IOException where the disk fails
   */
  static Checkpoint read(Path file) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      next(zip, HEADER);
      CheckpointHeader header = CheckpointHeader.parseFrom(zip.readNBytes(LARGEST_HEADER));
      next(zip, MODEL);
      OnnxModel model = OnnxModel.parse(zip.readAllBytes());
      next(zip, MOMENTS);
      return new Checkpoint(header, model, moments(new DataInputStream(zip)));
    } catch (ZipException
        | EOFException
        | InvalidProtocolBufferException
        | IllegalArgumentException e) {
      InvalidInput invalid =
          new InvalidInput("checkpoint", file, "is damaged (" + e + "); start the run anew");
      invalid.initCause(e);
      throw invalid;
    }
  }

  private static void next(ZipInputStream zip, String name) throws IOException {
    ZipEntry entry = zip.getNextEntry();
    if (entry == null || !entry.getName().equals(name)) {
      throw new ZipException("it has no " + name);
    }
  }

  private static Map<String, float[][]> moments(DataInputStream data) throws IOException {
    Map<String, float[][]> moments = new LinkedHashMap<>();
    int tensors = data.readInt();
    for (int t = 0; t < tensors; t++) {
      String name = data.readUTF();
      int bytes = Math.multiplyExact(data.readInt(), Float.BYTES);
      float[][] pair = new float[2][];
      for (int m = 0; m < pair.length; m++) {
        byte[] read = data.readNBytes(bytes);
        if (read.length < bytes) {
          throw new EOFException("it ends within tensor \"" + name + "\"");
        }
        pair[m] = new float[bytes / Float.BYTES];
        ByteBuffer.wrap(read).asFloatBuffer().get(pair[m]);
      }
      moments.put(name, pair);
    }
    if (data.read() >= 0) {
      throw new ZipException("there is more in it than it says");
    }
    return moments;
  }
}
