package dev.espalier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void anErrorNamesFieldValueAndRemedy() throws InvalidProtocolBufferException {
    StatusRuntimeException e = Errors.invalid("epochs", -3, "use 1 to 10000");
    assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
    assertEquals("epochs = \"-3\": use 1 to 10000", e.getStatus().getDescription());
    ErrorInfo info = StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class);
    assertEquals("INVALID_FIELD", info.getReason());
    assertEquals("espalier.dev", info.getDomain());
    assertEquals("epochs", info.getMetadataOrThrow("field"));
    assertEquals("-3", info.getMetadataOrThrow("value"));
    assertEquals("use 1 to 10000", info.getMetadataOrThrow("remedy"));
  }

  @Test
  void aHugeValueIsCut() {
    StatusRuntimeException e = Errors.invalid("task", "x".repeat(1_000_000), "use autoencoder");
    assertTrue(e.getStatus().getDescription().length() < 300);
  }
}
