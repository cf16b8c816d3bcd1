package dev.espalier.importance.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

/**
 * Failures of {@link dev.espalier.grpc.Errors} over HTTP: a JSON object with {@code reason}, {@code
 * field}, {@code value} and {@code remedy}.
 */
final class HttpErrors {
  private static final Logger LOG = Logger.getLogger(HttpErrors.class);
  private static final int INTERNAL = 500;

  private HttpErrors() {}

  /** Answers a request with the failure alone. */
  static void refuse(RoutingContext http, Throwable failure) {
    int code = code(failure);
    if (code == INTERNAL) {
      LOG.error("Request failed: path=" + http.normalizedPath(), failure);
    }
    http.response()
        .setStatusCode(code)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(json(failure).encode());
  }

  /** Ends a stream of events with the failure, as its last event where it has begun. */
  static void end(RoutingContext http, Throwable failure) {
    HttpServerResponse response = http.response();
    if (response.headWritten()) {
      response.end("event: failure\ndata: " + json(failure).encode() + "\n\n");
    } else {
      response.setChunked(false);
      refuse(http, failure);
    }
  }

  private static int code(Throwable failure) {
    Status status = StatusProto.fromThrowable(failure);
    return switch (status == null ? Code.INTERNAL : Code.forNumber(status.getCode())) {
      case INVALID_ARGUMENT -> 400;
      case NOT_FOUND -> 404;
      case RESOURCE_EXHAUSTED -> 429;
      case UNAVAILABLE -> 503;
      default -> INTERNAL;
    };
  }

  private static JsonObject json(Throwable failure) {
    Status status = StatusProto.fromThrowable(failure);
    JsonObject json = new JsonObject();
    if (status == null || status.getDetailsCount() == 0) {
      return json.put("reason", "INTERNAL").put("remedy", "see the log of the importance service");
    }
    ErrorInfo info = info(status.getDetails(0));
    json.put("reason", info.getReason());
    info.getMetadataMap().forEach(json::put);
    return json;
  }

  private static ErrorInfo info(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
