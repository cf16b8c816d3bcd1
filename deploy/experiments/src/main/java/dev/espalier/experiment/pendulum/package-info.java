/** A TD-MPC agent on the inverted pendulum, weighed, cut and judged. */
package dev.espalier.experiment.pendulum;
