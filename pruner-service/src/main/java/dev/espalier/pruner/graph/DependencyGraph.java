package dev.espalier.pruner.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a model can be cut, in groups of coupled units.
 *
 * @param groups in the order of the model's nodes; ids are unique
 * @param declined what is never cut, and why
 * @param parameters scalars in all initialisers of the model, at least 0
 * @param macs multiply-accumulate operations of one forward pass at batch size 1, at least 0
 */
public record DependencyGraph(
    List<Group> groups, List<Declined> declined, long parameters, long macs) {
  public DependencyGraph {
    groups = List.copyOf(groups);
    declined = List.copyOf(declined);
    Set<String> ids = new HashSet<>();
    for (Group group : groups) {
      if (!ids.add(group.id())) {
        throw new IllegalArgumentException("group \"" + group.id() + "\" is there twice");
      }
    }
    if (parameters < 0 || macs < 0) {
      throw new IllegalArgumentException("parameters = " + parameters + ", macs = " + macs);
    }
  }
}
