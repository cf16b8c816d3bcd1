package dev.espalier.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds back one message, the newest, while a stream's reader does not keep up; so a reader that
 * has stopped costs no more than one message. A stream that may lose none keeps the {@link Pace}.
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
    Context context = Context.current().withValue(Pace.CURRENT, held);
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(context, held, headers, next)) {
      @Override
      public void onReady() {
        held.release();
        super.onReady();
      }
    };
  }

  private static final class Held<Q, R> extends SimpleForwardingServerCall<Q, R> implements Pace {
    private final List<UniEmitter<? super Void>> waiting = new ArrayList<>();
    private R newest;

    Held(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public Uni<Void> ready() {
      return Uni.createFrom()
          .emitter(
              emitter -> {
                synchronized (this) {
                  if (!isReady() || newest != null) {
                    waiting.add(emitter);
                    return;
                  }
                }
                emitter.complete(null);
              });
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

    void release() {
      List<UniEmitter<? super Void>> told;
      synchronized (this) {
        if (isReady()) {
          send();
        }
        if (!isReady()) {
          return;
        }
        told = List.copyOf(waiting);
        waiting.clear();
      }
      told.forEach(emitter -> emitter.complete(null));
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
