package dev.espalier.pruner.report.html;

import dev.espalier.html.Escape;
import dev.espalier.html.Markup;
import dev.espalier.pruner.report.Report;
import dev.espalier.pruner.verify.Verification;
import java.util.List;

/** How the pruned model compares with the masked twin. */
record VerificationCard(Report.Verified verified) implements Part {
  private static final int MOST = 20;
  private static final Scale SCALE = new Scale(1e-9, 1, true);

  @Override
  public void write(Markup page) {
    page.open("section", "class", "card", "id", "verification");
    page.leaf("h2", "Verification");
    page.open("p", "class", "strong");
    page.leaf(
        "span",
        verified.exact() ? "✓ Exact" : "≈ Approximate",
        "class",
        verified.exact() ? "badge good" : "badge fair");
    page.text(
        verified.maxRelative() == 0
            ? " the same to the last bit"
            : " off by at most %s of an output’s scale"
                .formatted(Numbers.significant(verified.maxRelative())));
    page.close();
    gauge(page);
    page.leaf(
        "p",
        "Compared with the masked twin, the original network with the removed units silenced, on %s. %s"
            .formatted(Numbers.count(verified.inputs(), "random input"), reason()),
        "class",
        "muted");
    if (!verified.approximate().isEmpty()) {
      nodes(page, verified.approximate());
    }
    page.close();
  }

  private String reason() {
    String rounding =
        "Up to %s is float rounding; above it there would be no report."
            .formatted(Numbers.round(Verification.TOLERANCE));
    if (verified.exact()) {
      return rounding;
    }
    return rounding
        + " Approximate, since nodes average or normalise over what was cut: there the twin, too,"
        + " does so over what stays, and the original did over all"
        + (verified.approximate().isEmpty()
            ? ": " + Escape.clip(verified.approximateBecause(), 300)
            : ".");
  }

  private void gauge(Markup page) {
    String at = Numbers.part(SCALE.position(verified.maxRelative()), 1);
    String limit = Numbers.part(SCALE.position(Verification.TOLERANCE), 1);
    page.open("svg", "class", "bar gauge", "aria-hidden", "true");
    page.empty("rect", "class", "track", "y", "4", "width", "100%", "height", "8");
    page.empty("rect", "class", "range", "y", "4", "width", limit, "height", "8");
    page.empty("rect", "class", "mark", "x", limit, "width", "2", "height", "16");
    page.empty("circle", "class", "dot", "cx", at, "cy", "8", "r", "6");
    page.close();
    page.open("div", "class", "ends");
    page.leaf("span", "1e-9").leaf("span", "log scale").leaf("span", "1").close();
  }

  private static void nodes(Markup page, List<Report.ApproximateAt> nodes) {
    page.open("details");
    page.leaf("summary", Numbers.count(nodes.size(), "such node"));
    page.open("ul", "class", "plain");
    for (Report.ApproximateAt node : nodes.subList(0, Math.min(MOST, nodes.size()))) {
      page.open("li");
      page.leaf("code", Escape.clip(node.node(), 64));
      page.text(" (" + Escape.clip(node.operator(), 40) + "): " + Escape.clip(node.reason(), 200));
      page.close();
    }
    page.close();
    if (nodes.size() > MOST) {
      page.leaf("p", (nodes.size() - MOST) + " more in report.json.", "class", "muted");
    }
    page.close();
  }
}
