package dev.espalier.trainer.tdmpc;

import dev.espalier.trainer.InvalidInput;

/**
 * Sizes of the world model's perceptrons.
 *
 * @param latent values of the latent state, 1 to 4096
 * @param encoder units of the encoder's one hidden layer, 1 to 4096
 * @param hidden units of each of the two hidden layers of dynamics, reward, values and policy, 1 to
 *     4096
 */
public record TdMpcSizes(int latent, int encoder, int hidden) {
  /** Most units of a layer. */
  public static final int MOST = 4096;

  public TdMpcSizes {
    check("pendulum.latent", latent);
    check("pendulum.encoder", encoder);
    check("pendulum.hidden", hidden);
  }

  public static TdMpcSizes defaults() {
    return new TdMpcSizes(32, 128, 128);
  }

  private static void check(String field, int size) {
    if (size < 1 || size > MOST) {
      throw new InvalidInput(field, size, "choose from 1 to " + MOST);
    }
  }
}
