/** What experiments cut alike. */
package dev.espalier.experiment.cut;
