package dev.espalier.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.trainer.summary.GroupSlices;
import dev.espalier.trainer.summary.GroupSlices.Slice;
import dev.espalier.trainer.summary.Membership;
import dev.espalier.trainer.summary.TensorShape;
import dev.espalier.trainer.summary.UnitSums;
import dev.espalier.training.v1.UnitSummary;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnitSummariesTest {
  private static final int WIDE = 10_000;

  @Test
  void wideGroupsAreToldInStretches() {
    UnitSummaries units = new UnitSummaries(membership(WIDE, 2), 3);
    UnitSums sums = units.due(6).orElseThrow();
    float[] ones = new float[WIDE];
    float[] numbers = new float[WIDE];
    for (int i = 0; i < WIDE; i++) {
      ones[i] = 1;
      numbers[i] = i;
    }
    sums.clear();
    sums.add(0, 0, ones, numbers, WIDE);

    List<UnitSummary> told = units.of(sums, 2, 5);

    assertEquals(3, told.size());
    assertEquals(0, told.get(0).getOffset());
    assertEquals(8192, told.get(0).getTaylorCount());
    assertEquals(8192, told.get(1).getOffset());
    assertEquals(WIDE - 8192, told.get(1).getTaylorCount());
    assertEquals(8192, told.get(1).getTaylor(0));
    assertEquals(WIDE - 1, told.get(1).getTaylor(WIDE - 8193));
    assertEquals("narrow", told.get(2).getGroupId());
    assertEquals(2, told.get(2).getFisherCount());
    assertEquals(2, told.get(2).getEpoch());
    assertEquals(5, told.get(2).getBatch());
    for (UnitSummary summary : told) {
      assertTrue(summary.getSerializedSize() < 200 * 1024, "no event outgrows its bound");
    }
  }

  @Test
  void everyKthBatchIsDue() {
    UnitSummaries third = new UnitSummaries(membership(3, 2), 3);
    assertEquals(
        List.of(0, 3, 6),
        IntStream.range(0, 9).filter(b -> third.due(b).isPresent()).boxed().toList());
    UnitSummaries none = new UnitSummaries(membership(3, 2), 0);
    assertTrue(IntStream.range(0, 9).noneMatch(b -> none.due(b).isPresent()));
    assertEquals(0, none.units(0));
    assertFalse(none.isIncomplete(), "none is wanted");
  }

  @Test
  void whatDoesNotFitIsLeftOut() {
    UnitSummaries units = new UnitSummaries(membership(300_000, 5), 1);

    assertTrue(units.isIncomplete());
    assertEquals(0, units.units(0));
    assertEquals(5, units.units(1));
    assertEquals(1, units.of(units.due(0).orElseThrow(), 0, 0).size());
  }

  private static Membership membership(int wide, int narrow) {
    return new Membership(
        List.of(
            new TensorShape("a", new int[] {wide}), new TensorShape("b", new int[] {narrow, 2})),
        List.of(group("wide", "a", wide), group("narrow", "b", narrow)));
  }

  private static GroupSlices group(String id, String tensor, int units) {
    return new GroupSlices(
        id, units, List.of(new Slice(tensor, 0, IntStream.range(0, units).toArray())));
  }
}
