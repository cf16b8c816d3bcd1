package dev.espalier.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells a server stream that its reader is gone. Vert.x does not, once the request is complete (its
 * issue 5562): a reader that cancels or dies would leave its stream open until the run ends. So the
 * end of the HTTP response is watched instead.
 */
@GlobalInterceptor
@ApplicationScoped
public class HangUp implements ServerInterceptor, Prioritized {

  /** Outermost: the HTTP exchange is only known until the call moves on to its own context. */
  @Override
  public int getPriority() {
    return Integer.MAX_VALUE;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Context context = Vertx.currentContext();
    RoutingContext http = context == null ? null : context.getLocal(RoutingContext.class.getName());
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    if (http == null || call.getMethodDescriptor().getType() != MethodType.SERVER_STREAMING) {
      return listener;
    }
    CancelOnce<Q> once = new CancelOnce<>(listener);
    http.addEndHandler(
        ended -> {
          if (ended.failed()) {
            once.onCancel();
          }
        });
    return once;
  }

  private static final class CancelOnce<Q> extends SimpleForwardingServerCallListener<Q> {
    private final AtomicBoolean cancelled = new AtomicBoolean();

    CancelOnce(ServerCall.Listener<Q> listener) {
      super(listener);
    }

    @Override
    public void onCancel() {
      if (cancelled.compareAndSet(false, true)) {
        super.onCancel();
      }
    }
  }
}
