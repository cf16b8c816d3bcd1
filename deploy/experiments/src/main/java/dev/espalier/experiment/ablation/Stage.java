package dev.espalier.experiment.ablation;

/** When the error of a cut network is measured. */
enum Stage {
  CUT("mse_cut", "after the cut"),
  TUNED("mse_tuned", "after one epoch of fine-tuning");

  private final String column;
  private final String words;

  Stage(String column, String words) {
    this.column = column;
    this.words = words;
  }

  /** Where tables have it. */
  String column() {
    return column;
  }

  String words() {
    return words;
  }
}
