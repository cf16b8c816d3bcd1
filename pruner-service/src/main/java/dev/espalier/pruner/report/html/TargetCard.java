package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report;
import java.util.Map;

/** What was asked for, and what came of it. */
record TargetCard(Report.TargetReached target) implements Part {
  private static final int MOST = 12;

  @Override
  public void write(Markup page) {
    page.open("section", "class", "card", "id", "target");
    page.leaf("h2", "Target");
    page.leaf("p", asked(), "class", "strong");
    page.leaf("p", "Reached " + value(target.reached()) + rest(), "class", "muted");
    if (target.components() != null) {
      components(page, target.components());
    } else {
      double whole =
          target.unit().equals("share") ? 1 : 1.25 * Math.max(target.asked(), target.reached());
      gauge(page, target.asked() / whole, target.reached() / whole);
    }
    page.close();
  }

  private String asked() {
    String asked = target.asked() == null ? "" : value(target.asked());
    return switch (target.kind()) {
      case "parameters" -> "Remove " + asked + " of the parameters";
      case "macs" -> "Remove " + asked + " of the multiply-accumulates";
      case "bytes" -> "Remove " + asked + " of the file";
      case "latency" -> "One forward pass within " + asked;
      case "tolerance" -> "The smallest network with a relative error within " + asked;
      case "components" -> "Remove a share of each component";
      default -> target.kind() + " " + asked;
    };
  }

  private String rest() {
    return switch (target.kind()) {
      case "latency" -> ", measured at batch size 1 on one thread.";
      case "tolerance" -> "; the search is drawn below.";
      case "components" -> " of all parameters.";
      default -> ": whole units go, until the target is met.";
    };
  }

  private String value(double number) {
    return switch (target.unit()) {
      case "share" -> Numbers.percent(number);
      case "bytes" -> Numbers.bytes((long) number);
      case "ms" -> Numbers.milliseconds(number);
      default -> Numbers.round(number);
    };
  }

  private static void components(Markup page, Map<String, Report.ComponentReached> components) {
    page.open("dl", "class", "shares");
    components.entrySet().stream()
        .limit(MOST)
        .forEach(
            entry -> {
              Report.ComponentReached share = entry.getValue();
              page.leaf("dt", Escape.clip(entry.getKey(), 40));
              page.open("dd");
              page.text(
                  "asked %s, reached %s"
                      .formatted(Numbers.percent(share.asked()), Numbers.percent(share.reached())));
              gauge(page, share.asked(), share.reached());
              page.close();
            });
    page.close();
    if (components.size() > MOST) {
      page.leaf("p", (components.size() - MOST) + " more in report.json.", "class", "muted");
    }
  }

  private static void gauge(Markup page, double asked, double reached) {
    page.open("svg", "class", "bar gauge", "aria-hidden", "true");
    page.empty("rect", "class", "track", "y", "4", "width", "100%", "height", "8");
    page.empty(
        "rect", "class", "after", "y", "4", "width", Numbers.part(reached, 1), "height", "8");
    page.empty("rect", "class", "mark", "x", Numbers.part(asked, 1), "width", "2", "height", "16");
    page.close();
  }
}
