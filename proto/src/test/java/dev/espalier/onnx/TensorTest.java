package dev.espalier.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void selectsOnAnyAxisAsElementByElement() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] dims = random.ints(1 + random.nextInt(4), 1, 6).toArray();
      int size = IntStream.of(dims).reduce(1, (a, b) -> a * b);
      Tensor tensor = Tensor.of("t", dims, LongStream.range(0, size).toArray());
      int axis = random.nextInt(dims.length);
      int[] kept = random.ints(random.nextInt(5), 0, dims[axis]).toArray();

      Tensor selected = tensor.select(axis, kept);

      int[] expectedDims = dims.clone();
      expectedDims[axis] = kept.length;
      assertArrayEquals(expectedDims, selected.dims(), "seed " + seed);
      long[] actual = selected.longs();
      for (int at = 0; at < actual.length; at++) {
        int[] index = unravel(at, expectedDims);
        index[axis] = kept[index[axis]];
        assertEquals(ravel(index, dims), actual[at], "seed " + seed);
      }
    }
  }

  @Test
  void severalAxesAtOnceAreAsOneAfterTheOther() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] dims = random.ints(1 + random.nextInt(4), 1, 7).toArray();
      // Short and long stretches are copied in different ways, and large results lie elsewhere.
      dims[dims.length - 1] *= random.nextBoolean() ? 1 : 300;
      int size = IntStream.of(dims).reduce(1, (a, b) -> a * b);
      Tensor tensor = Tensor.of("t", dims, LongStream.range(0, size).toArray());
      Map<Integer, int[]> kept = new HashMap<>();
      Tensor expected = tensor;
      for (int axis = 0; axis < dims.length; axis++) {
        if (random.nextBoolean()) {
          kept.put(axis, random.ints(random.nextInt(5), 0, dims[axis]).sorted().toArray());
          expected = expected.select(axis, kept.get(axis));
        }
      }

      Tensor actual = tensor.select(kept);

      assertArrayEquals(expected.dims(), actual.dims(), "seed " + seed);
      assertArrayEquals(expected.longs(), actual.longs(), "seed " + seed);
    }
  }

  @Test
  void selectRefusesWhatIsNotThere() {
    Tensor tensor = Tensor.of("t", new int[] {2, 3}, new float[6]);

    assertThrows(IndexOutOfBoundsException.class, () -> tensor.select(0, new int[] {2}));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.select(1, new int[] {-1}));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.select(2, new int[] {0}));
  }

  @Test
  void everyTypeSurvivesFileAndSelection() {
    for (ElementType type : ElementType.values()) {
      byte[] bytes = new byte[6 * type.bytes()];
      new SplittableRandom(type.code()).nextBytes(bytes);
      Tensor tensor = new Tensor("t", type, new int[] {2, 3}, ByteString.copyFrom(bytes));

      Tensor read = Tensor.of(tensor.toProto());

      assertEquals(type, read.type());
      assertArrayEquals(tensor.dims(), read.dims());
      assertEquals(tensor.bytes(), read.bytes());
      assertEquals(
          tensor.bytes().substring(3 * type.bytes()), read.select(0, new int[] {1}).bytes());
    }
  }

  @Test
  void readsTheTypedFields() {
    TensorProto.Builder proto = TensorProto.newBuilder().setName("t").addDims(2);

    assertArrayEquals(
        new float[] {1.5f, -2},
        Tensor.of(proto.clone().setDataType(1).addFloatData(1.5f).addFloatData(-2).build())
            .floats());
    assertArrayEquals(
        new float[] {1.5f, -2},
        Tensor.of(proto.clone().setDataType(11).addDoubleData(1.5).addDoubleData(-2).build())
            .floats());
    assertArrayEquals(
        new float[] {1.5f, -2},
        Tensor.of(
                proto
                    .clone()
                    .setDataType(10)
                    .addInt32Data(Float.floatToFloat16(1.5f))
                    .addInt32Data(Float.floatToFloat16(-2) & 0xffff)
                    .build())
            .floats());
    assertArrayEquals(
        new long[] {5, -6},
        Tensor.of(proto.clone().setDataType(6).addInt32Data(5).addInt32Data(-6).build()).longs());
    assertArrayEquals(
        new long[] {5, Long.MIN_VALUE},
        Tensor.of(proto.clone().setDataType(7).addInt64Data(5).addInt64Data(Long.MIN_VALUE).build())
            .longs());
  }

  @Test
  void aScalarHasOneElement() {
    assertEquals(1, Tensor.of("s", new int[0], new float[] {3}).size());
  }

  @Test
  void badTensorsAreRefusedByName() {
    TensorProto.Builder proto = TensorProto.newBuilder().setName("bad").setDataType(1);
    TensorProto[] bad = {
      proto.clone().addDims(2).addFloatData(1).build(),
      proto.clone().addDims(-1).build(),
      proto.clone().addDims(1L << 40).build(),
      proto.clone().addDims(Integer.MAX_VALUE).addDims(Integer.MAX_VALUE).build(),
      proto.clone().addDims(Integer.MAX_VALUE).setRawData(ByteString.copyFromUtf8("1234")).build(),
      proto.clone().addDims(1).addDoubleData(1).build(),
      proto.clone().setDataType(8).build(),
      proto.clone().setDataType(99).build(),
      proto.clone().setDataLocation(TensorProto.DataLocation.EXTERNAL).build(),
    };
    for (TensorProto tensor : bad) {
      OnnxException e = assertThrows(OnnxException.class, () -> Tensor.of(tensor));
      assertEquals("initialiser \"bad\"", e.getMessage().split(":")[0]);
    }
    assertThrows(OnnxException.class, () -> Tensor.of("t", new int[] {1}, new long[1]).floats());
    assertThrows(OnnxException.class, () -> Tensor.of("t", new int[] {1}, new float[1]).longs());
  }

  private static int[] unravel(int at, int[] dims) {
    int[] index = new int[dims.length];
    int rest = at;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = rest % dims[axis];
      rest /= dims[axis];
    }
    return index;
  }

  private static long ravel(int[] index, int[] dims) {
    long at = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      at = at * dims[axis] + index[axis];
    }
    return at;
  }
}
