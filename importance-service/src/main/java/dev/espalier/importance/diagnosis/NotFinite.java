package dev.espalier.importance.diagnosis;

import java.util.List;

/**
 * A number of a batch or an epoch is NaN or infinite.
 *
 * @param field the number's name
 * @param value NaN or infinite
 * @param group id of its group; empty where it is not a group's
 * @param epoch from 0
 * @param batch in the epoch, from 0; -1 for a number of the whole epoch
 */
public record NotFinite(String field, double value, String group, int epoch, int batch)
    implements Diagnosis {
  private static final int LONGEST_NAME = 100;

  /**
   * @throws IllegalArgumentException where the value is finite
   */
  public NotFinite {
    if (Double.isFinite(value)) {
      throw new IllegalArgumentException("value = " + value + ": must not be finite");
    }
  }

  @Override
  public List<Evidence> evidence() {
    return List.of(new Evidence(field, value, Double.NaN));
  }

  @Override
  public String advice() {
    return "Lower learning_rate or penalty_strength, or check the data: "
        + field
        + (group.isEmpty() ? "" : " of group " + shown(group))
        + " is "
        + value
        + " in epoch "
        + epoch
        + (batch < 0 ? "." : ", batch " + batch + ".");
  }

  private static String shown(String name) {
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
  }
}
