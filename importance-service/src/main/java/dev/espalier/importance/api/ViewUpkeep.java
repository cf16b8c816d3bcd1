package dev.espalier.importance.api;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Has the view let go of what was long not touched. */
@ApplicationScoped
public class ViewUpkeep {
  private static final Logger LOG = Logger.getLogger(ViewUpkeep.class);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final RunView view;
  private final Duration every;
  private Cancellable ticks;

  ViewUpkeep(RunView view, @ConfigProperty(name = "espalier.importance.view.keep") Duration keep) {
    this.view = view;
    this.every = keep.compareTo(LONGEST) < 0 ? keep : LONGEST;
  }

  void start(@Observes StartupEvent started) {
    ticks =
        Multi.createFrom()
            .ticks()
            .every(every)
            .onOverflow()
            .drop()
            .subscribe()
            .with(tick -> view.expire(), e -> LOG.error("Finished runs stay in memory", e));
  }

  void stop(@Observes ShutdownEvent stopped) {
    ticks.cancel();
  }
}
