package dev.espalier.pruner.graph;

import java.util.Arrays;

/**
 * Disjoint sets of unit ids, each with marks. The smallest id of a set stands for it, so a set that
 * holds id 0 is known by 0. A set has every mark that one of its ids was given.
 */
final class UnionFind {
  private int[] parent = new int[1024];
  private byte[] marks = new byte[1024];
  private int count = 1;

  /**
   * @param n how many ids to make, at least 0
   * @return the first of n consecutive new ids, each alone in its set
   */
  int fresh(int n) {
    int first = count;
    count = Math.addExact(count, n);
    if (count > parent.length) {
      int size = Math.max(count, (int) Math.min(2L * parent.length, 1 << 30));
      parent = Arrays.copyOf(parent, size);
      marks = Arrays.copyOf(marks, size);
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
    int low = Math.min(rootA, rootB);
    int high = Math.max(rootA, rootB);
    parent[high] = low;
    marks[low] |= marks[high];
  }

  void mark(int id, int mark) {
    marks[find(id)] |= (byte) mark;
  }

  boolean marked(int id, int mark) {
    return (marks[find(id)] & mark) != 0;
  }

  /** How many ids there are, id 0 among them. */
  int size() {
    return count;
  }
}
