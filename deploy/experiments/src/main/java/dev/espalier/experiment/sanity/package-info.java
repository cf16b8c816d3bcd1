/** The paper's own checks of a run and its cuts, on healthy runs and on planted failures. */
package dev.espalier.experiment.sanity;
