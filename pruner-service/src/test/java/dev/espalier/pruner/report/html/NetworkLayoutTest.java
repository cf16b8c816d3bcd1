package dev.espalier.pruner.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.espalier.pruner.report.Report.GroupCut;
import dev.espalier.pruner.report.Report.TargetReached;
import dev.espalier.pruner.report.SampleReports;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkLayoutTest {
  @Test
  void boxesStandInTheOrderOfTheData() {
    NetworkLayout layout =
        NetworkLayout.of(
            List.of(
                SampleReports.group("stem", List.of("conv1", "bn1", "layer1"), 8, 4, null),
                SampleReports.group("layer1.0", List.of("layer1"), 8, 4, null),
                SampleReports.group("fc", List.of("fc"), 8, 4, null)));

    assertEquals(
        List.of("conv1", "bn1", "layer1", "fc"),
        layout.boxes().stream().map(NetworkLayout.Box::name).toList());
    assertEquals(List.of(), layout.boxes().get(1).groups());
    assertEquals(List.of(1), layout.boxes().get(2).groups());
  }

  @Test
  void aLinkMeetsEveryBoxThatItCouples() {
    List<GroupCut> groups = SampleReports.worldModel(TargetReached.parameters(0.5, 0.5)).groups();

    NetworkLayout layout = NetworkLayout.of(groups);

    for (NetworkLayout.Link link : layout.links()) {
      List<String> met =
          link.ports().stream().map(port -> layout.boxes().get(port.column()).name()).toList();
      assertEquals(new HashSet<>(groups.get(link.group()).components()), new HashSet<>(met));
    }
    assertEquals(3, layout.links().size());
    assertEquals(0, layout.linksLeftOut());
  }

  @Test
  void linksOfARowDoNotOverlapAndPortsOfABoxAreApart() {
    List<GroupCut> groups = SampleReports.wide(8, 120).groups();

    NetworkLayout layout = NetworkLayout.of(groups);

    Set<List<Integer>> cells = new HashSet<>();
    Set<NetworkLayout.Port> ports = new HashSet<>();
    for (NetworkLayout.Link link : layout.links()) {
      for (int column = link.first(); column <= link.last(); column++) {
        assertTrue(cells.add(List.of(link.row(), column)), link.toString());
      }
      link.ports().forEach(port -> assertTrue(ports.add(port), port.toString()));
    }
    long couplings = groups.stream().filter(group -> group.components().size() > 1).count();
    assertEquals(couplings, layout.links().size() + layout.linksLeftOut());
  }

  @Test
  void tooManyComponentsShareTheLastBox() {
    List<GroupCut> groups = SampleReports.wide(100, 900).groups();

    NetworkLayout layout = NetworkLayout.of(groups);

    assertEquals(NetworkLayout.MOST_BOXES, layout.boxes().size());
    assertEquals(93, layout.boxes().getLast().others());
    long inBoxes =
        layout.boxes().stream().mapToLong(box -> box.groups().size() + box.groupsLeftOut()).sum();
    assertEquals(groups.size(), inBoxes + layout.links().size() + layout.linksLeftOut());
  }
}
