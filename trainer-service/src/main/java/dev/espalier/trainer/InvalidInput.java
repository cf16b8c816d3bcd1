package dev.espalier.trainer;

/** Input that can never work as it is: which field, what was found there and what to do. */
public final class InvalidInput extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String remedy;

  /**
   * @param field the field at fault, as the caller knows it
   * @param value what was found there
   * @param remedy what is wrong with it and what to do
   */
  public InvalidInput(String field, Object value, String remedy) {
    super(field + " = \"" + value + "\": " + remedy);
    this.field = field;
    this.value = String.valueOf(value);
    this.remedy = remedy;
  }

  public String field() {
    return field;
  }

  public String value() {
    return value;
  }

  public String remedy() {
    return remedy;
  }
}
