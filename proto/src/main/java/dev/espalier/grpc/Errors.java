package dev.espalier.grpc;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/**
 * gRPC errors that name the field, the value and what to do. Each carries a {@code
 * google.rpc.ErrorInfo} with domain {@code espalier.dev}, the reason and the metadata {@code
 * field}, {@code value}, {@code remedy}.
 */
public final class Errors {
  private static final int LONGEST_VALUE = 200;

  private Errors() {}

  /** INVALID_ARGUMENT: the request can never work as it is. */
  public static StatusRuntimeException invalid(String field, Object value, String remedy) {
    return error(Code.INVALID_ARGUMENT, "INVALID_FIELD", field, value, remedy);
  }

  /** NOT_FOUND: what the field names is not known. */
  public static StatusRuntimeException notFound(String field, Object value, String remedy) {
    return error(Code.NOT_FOUND, "NOT_KNOWN", field, value, remedy);
  }

  /** ALREADY_EXISTS: what the field names is there already. */
  public static StatusRuntimeException exists(String field, Object value, String remedy) {
    return error(Code.ALREADY_EXISTS, "ALREADY_THERE", field, value, remedy);
  }

  /** FAILED_PRECONDITION: the request may work later, once the remedy is taken. */
  public static StatusRuntimeException notYet(
      String reason, String field, Object value, String remedy) {
    return error(Code.FAILED_PRECONDITION, reason, field, value, remedy);
  }

  /**
   * @param code status code
   * @param reason short machine-readable reason, UPPER_SNAKE_CASE
   * @param field the field at fault, as in the contract
   * @param value its value; cut to 200 characters
   * @param remedy what to do
   */
  public static StatusRuntimeException error(
      Code code, String reason, String field, Object value, String remedy) {
    String shown = String.valueOf(value);
    if (shown.length() > LONGEST_VALUE) {
      shown = shown.substring(0, LONGEST_VALUE) + "...";
    }
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setDomain("espalier.dev")
            .setReason(reason)
            .putMetadata("field", field)
            .putMetadata("value", shown)
            .putMetadata("remedy", remedy)
            .build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(field + " = \"" + shown + "\": " + remedy)
            .addDetails(Any.pack(info))
            .build());
  }
}
