package dev.espalier.importance.api;

/** What the view knows of a run. */
sealed interface Lookup {
  /** All of it is in memory. */
  record Held(RunState state) implements Lookup {}

  /** Some of it has left memory. */
  record Away(Places places) implements Lookup {}

  /** Nothing. */
  record Unknown() implements Lookup {}
}
