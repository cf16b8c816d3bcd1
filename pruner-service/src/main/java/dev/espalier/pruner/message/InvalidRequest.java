package dev.espalier.pruner.message;

/** A request that cannot be met as it is: which field, what it says, and what to do. */
public final class InvalidRequest extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String remedy;

  public InvalidRequest(String field, Object value, String remedy) {
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
