package dev.espalier.pruner.plan;

import dev.espalier.pruner.graph.Traced;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Meets a share of each named component: steps go in order, but one only while every component that
 * it touches is named and has not lost its share yet.
 */
final class ComponentPlanner {
  private ComponentPlanner() {}

  /**
   * @throws PlanException where a component is unknown, or cannot lose so much
   */
  static Planner.Planned plan(Traced traced, RemovalOrder order, Target.Components target) {
    ParameterCount count = new ParameterCount(traced.model(), traced.graph());
    Map<String, Long> before = new TreeMap<>(count.byComponent());
    for (String component : target.shares().keySet()) {
      if (!before.containsKey(component)) {
        throw new PlanException(
            "components: \"" + component + "\" is none; there are " + before.keySet());
      }
    }
    List<RemovalOrder.Step> taken = new ArrayList<>();
    for (RemovalOrder.Step step : order.steps()) {
      List<String> touched = traced.graph().groups().get(step.group()).components();
      if (touched.stream().allMatch(component -> open(component, target, before, count))) {
        count.remove(step.group(), step.units().length);
        taken.add(step);
      }
    }
    Map<String, Reached> reached = new LinkedHashMap<>();
    for (Map.Entry<String, Double> asked : target.shares().entrySet()) {
      String component = asked.getKey();
      double share = removed(component, before, count);
      if (open(component, target, before, count)) {
        throw new PlanException(
            String.format(
                Locale.ROOT,
                "components.%s = %s cannot be removed: at most %.6f can, while components that are"
                    + " not named or have lost their share stay as they are; ask for less, or name %s",
                component,
                asked.getValue(),
                Math.floor(1e6 * share) / 1e6,
                coupled(traced, component)));
      }
      reached.put(component, Reached.of(asked.getValue(), share));
    }
    PruningPlan plan =
        PruningPlan.of(traced.model(), traced.graph(), order.removed(List.copyOf(taken)));
    return new Planner.Planned(plan, new Reached(Double.NaN, plan.share(), reached, List.of()));
  }

  private static boolean open(
      String component, Target.Components target, Map<String, Long> before, ParameterCount count) {
    Double share = target.shares().get(component);
    return share != null
        && count.byComponent().get(component)
            > before.get(component) - share * before.get(component);
  }

  private static double removed(String component, Map<String, Long> before, ParameterCount count) {
    long all = before.get(component);
    return all == 0 ? 0 : 1 - (double) count.byComponent().get(component) / all;
  }

  private static String coupled(Traced traced, String component) {
    TreeSet<String> others = new TreeSet<>();
    traced.graph().groups().stream()
        .filter(group -> group.components().contains(component))
        .forEach(group -> others.addAll(group.components()));
    others.remove(component);
    return others.isEmpty() ? "nothing else" : "the components it is coupled with: " + others;
  }
}
