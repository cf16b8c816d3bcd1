package dev.espalier.pruner.gradient;

import dev.espalier.onnx.OnnxModel;
import java.util.Map;

/**
 * A model that computes gradients beside its outputs.
 *
 * @param model the model with the backward graph appended, the loss and the gradients as further
 *     outputs
 * @param loss name of the loss, a scalar
 * @param of by wanted value, the name of the loss' gradient, of the value's shape and type; a value
 *     that the loss does not depend on is missing, its gradient is 0
 */
public record Gradients(OnnxModel model, String loss, Map<String, String> of) {}
