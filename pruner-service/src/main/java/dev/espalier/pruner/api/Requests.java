package dev.espalier.pruner.api;

import dev.espalier.grpc.Errors;
import dev.espalier.pruner.message.InvalidRequest;
import dev.espalier.run.RunId;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;

/** Checks requests field by field. */
final class Requests {
  static final int LARGEST_PAGE = 1000;
  private static final int USUAL_PAGE = 50;

  private Requests() {}

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static String runId(String runId) {
    if (!RunId.isValid(runId)) {
      throw Errors.invalid("run_id", runId, "give a run id, 1 to 64 characters of [a-z0-9-]");
    }
    return runId;
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static <T> T checked(Supplier<T> check) {
    try {
      return check.get();
    } catch (InvalidRequest e) {
      throw Errors.invalid(e.field(), e.value(), e.remedy());
    }
  }

  /**
   * @throws StatusRuntimeException INVALID_ARGUMENT
   */
  static int pageSize(int pageSize) {
    if (pageSize < 0 || pageSize > LARGEST_PAGE) {
      throw Errors.invalid("page_size", pageSize, "give 1 to " + LARGEST_PAGE + ", or 0 for 50");
    }
    return pageSize == 0 ? USUAL_PAGE : pageSize;
  }
}
