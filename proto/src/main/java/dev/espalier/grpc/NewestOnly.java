package dev.espalier.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Holds back one message, the newest, while a stream's reader does not keep up; so a reader that
 * has stopped costs no more than one message.
 */
@ApplicationScoped
public class NewestOnly implements ServerInterceptor {

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() != MethodType.SERVER_STREAMING) {
      return next.startCall(call, headers);
    }
    Held<Q, R> held = new Held<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(held, headers)) {
      @Override
      public void onReady() {
        held.release();
        super.onReady();
      }
    };
  }

  private static final class Held<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private R newest;

    Held(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public synchronized void sendMessage(R message) {
      if (isReady()) {
        newest = null;
        super.sendMessage(message);
      } else {
        newest = message;
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (status.isOk()) {
        send();
      }
      super.close(status, trailers);
    }

    synchronized void release() {
      if (isReady()) {
        send();
      }
    }

    private void send() {
      if (newest != null) {
        R message = newest;
        newest = null;
        super.sendMessage(message);
      }
    }
  }
}
