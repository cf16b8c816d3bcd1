package dev.espalier.pruner.graph;

import java.util.Arrays;

/**
 * Disjoint sets of unit ids. The smallest id of a set stands for it, so a set that holds id 0 is
 * known by 0.
 */
final class UnionFind {
  private int[] parent = new int[1024];
  private int count = 1;

  /**
   * @param n how many ids to make, at least 0
   * @return the first of n consecutive new ids, each alone in its set
   */
  int fresh(int n) {
    int first = count;
    count = Math.addExact(count, n);
    if (count > parent.length) {
      parent = Arrays.copyOf(parent, Math.max(count, (int) Math.min(2L * parent.length, 1 << 30)));
    }
    for (int id = first; id < count; id++) {
      parent[id] = id;
    }
    return first;
  }

  /** The smallest id of the set that holds this one. */
  int find(int id) {
    int at = id;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  void union(int a, int b) {
    int rootA = find(a);
    int rootB = find(b);
    parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }

  /** How many ids there are, id 0 among them. */
  int size() {
    return count;
  }
}
