package dev.espalier.experiment.latent;

/** What a group's score is, of the same sum over its parameters. */
public enum Normalisation {
  /** The mean over the group's parameters: the paper's score. */
  MEAN("mean", "mean per parameter") {
    @Override
    double of(double sum, long parameters, long units) {
      return sum / parameters;
    }
  },
  /** The sum itself. */
  SUM("sum", "sum over the group") {
    @Override
    double of(double sum, long parameters, long units) {
      return sum;
    }
  },
  /** The sum over the number of what can be removed one by one. */
  UNIT("unit", "sum per unit") {
    @Override
    double of(double sum, long parameters, long units) {
      return sum / units;
    }
  };

  private final String id;
  private final String words;

  Normalisation(String id, String words) {
    this.id = id;
    this.words = words;
  }

  /** As tables have it. */
  String id() {
    return id;
  }

  /** As people read it. */
  String words() {
    return words;
  }

  /**
   * The score.
   *
   * @param sum over the group's parameters
   * @param parameters of the group that are trained, at least 1
   * @param units of the group, at least 1
   */
  abstract double of(double sum, long parameters, long units);

  /** The scores of several groups, column by column. */
  double[] of(double[] sums, long[] parameters, long[] units) {
    double[] scores = new double[sums.length];
    for (int g = 0; g < sums.length; g++) {
      scores[g] = of(sums[g], parameters[g], units[g]);
    }
    return scores;
  }
}
