package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report.DeclinedAt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;

/** Where no cut was made, places with the same reason together. */
record DeclinedTable(List<DeclinedAt> declined) implements Part {
  static final int MOST = 120;
  private static final int MOST_NAMES = 6;

  private record Why(String operator, String reason) {}

  @Override
  public void write(Markup page) {
    Map<Why, List<DeclinedAt>> reasons = new LinkedHashMap<>();
    for (DeclinedAt at : declined) {
      reasons
          .computeIfAbsent(new Why(at.operator(), at.reason()), why -> new ArrayList<>())
          .add(at);
    }
    page.open("section", "class", "card", "id", "declined");
    page.leaf("h2", "Declined");
    if (declined.isEmpty()) {
      page.leaf("p", "Nothing held a cut back.", "class", "muted").close();
      return;
    }
    page.leaf(
        "p",
        "What is not understood is never cut: these places stay as they are.",
        "class",
        "muted");
    page.open("table", "class", "rows").open("thead").open("tr");
    page.leaf("th", "Operator", "scope", "col").leaf("th", "Why", "scope", "col");
    page.leaf("th", "Where", "scope", "col").leaf("th", "Holds back", "scope", "col");
    page.close().close().open("tbody");
    reasons.entrySet().stream()
        .limit(MOST)
        .forEach(entry -> row(page, entry.getKey(), entry.getValue()));
    page.close().close();
    if (reasons.size() > MOST) {
      String more = Numbers.count(reasons.size() - MOST, "more reason");
      page.leaf("p", more + " in report.json.", "class", "muted");
    }
    page.close();
  }

  private static void row(Markup page, Why why, List<DeclinedAt> places) {
    page.open("tr");
    page.open("td", "class", "wide").leaf("code", Escape.clip(why.operator, 40)).close();
    page.leaf("td", Escape.clip(why.reason, 300), "data-label", "Why");
    page.open("td", "data-label", "Where");
    names(page, places.stream().map(DeclinedAt::node).toList());
    page.close();
    SequencedCollection<String> held = new LinkedHashSet<>();
    places.forEach(place -> held.addAll(place.heldBack()));
    page.open("td", "data-label", "Holds back");
    names(page, held);
    page.close().close();
  }

  private static void names(Markup page, SequencedCollection<String> names) {
    if (names.isEmpty()) {
      page.leaf("span", "–", "class", "muted");
      return;
    }
    page.open("ul", "class", "plain");
    names.stream()
        .limit(MOST_NAMES)
        .forEach(name -> page.open("li").leaf("code", Escape.clip(name, 64)).close());
    if (names.size() > MOST_NAMES) {
      String more = Numbers.count(names.size() - MOST_NAMES);
      page.leaf("li", "and " + more + " more", "class", "muted");
    }
    page.close();
  }
}
