package dev.espalier.trainer.network.rule;

import dev.espalier.trainer.network.OperatorRule;
import java.util.Map;

/** Recurrent layers. */
public final class RecurrentRules {
  private RecurrentRules() {}

  /** By operator. */
  public static Map<String, OperatorRule> rules() {
    return Map.of("LSTM", new LstmRule(), "GRU", new GruRule(), "RNN", new RnnRule());
  }
}
