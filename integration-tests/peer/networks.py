"""The table of networks: how each is built, what it takes and gives, and how it is exported."""

import importlib
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Optional, Tuple

import small_networks as small
import torch
from torch import nn

IMAGE = {"input": (3, 224, 224)}
TOKENS = {"tokens": (32,)}
VOCABULARY = 200


@dataclass(frozen=True)
class Network:
    """A network; shapes are without the batch axis, `dynamic` says whether that axis is symbolic.

    Inputs called "tokens" are integers below VOCABULARY, all others standard normal. Where there is
    no constructor, it is torchvision's of the network's name, without weights.
    """

    constructor: Optional[Callable[[], nn.Module]]
    opset: int
    dynamic: bool
    inputs: Dict[str, Tuple[int, ...]] = field(default_factory=lambda: IMAGE)
    outputs: Tuple[str, ...] = ("output",)
    # metadata of the file, and the scopes whose last value gets a name that the metadata can use
    metadata: Dict[str, str] = field(default_factory=dict)
    named: Dict[str, str] = field(default_factory=dict)
    options: Dict[str, Any] = field(default_factory=dict)

    def build(self, name):
        if self.constructor:
            return self.constructor()
        models = importlib.import_module("torchvision.models")
        return getattr(models, name)(weights=None, **self.options)

    def export(self, model, file, training=False):
        """Writes the model as ONNX to a path or an open file.

        In training form BatchNorm and Dropout stay nodes of their own.
        """
        mode = torch.onnx.TrainingMode.TRAINING if training else torch.onnx.TrainingMode.EVAL
        names = [*self.inputs, *self.outputs]
        torch.onnx.export(
            model,
            self.sample(1, 7),
            file,
            opset_version=self.opset,
            input_names=list(self.inputs),
            output_names=list(self.outputs),
            training=mode,
            do_constant_folding=not training,
            dynamic_axes={n: {0: "batch"} for n in names} if self.dynamic else None,
        )

    def sample(self, batch, seed):
        """Random inputs in the order of `inputs`, the same for the same seed."""
        torch.manual_seed(seed)
        return tuple(
            torch.randint(VOCABULARY, (batch, *shape))
            if name == "tokens"
            else torch.randn(batch, *shape)
            for name, shape in self.inputs.items()
        )


def vision(opset, dynamic, inputs=IMAGE, **options):
    """A network of torchvision by its name in the table; imported by the first that needs it."""
    return Network(None, opset, dynamic, inputs, options=options)


SEQUENCE = {"input": (20, 24)}

NETWORKS = {
    "resnet18": vision(13, True),
    "resnet50": vision(13, True),
    "resnext50_32x4d": vision(16, False),
    "vgg16_bn": vision(13, True),
    "mobilenet_v2": vision(13, True),
    "mobilenet_v3_small": vision(16, True),
    "densenet121": vision(13, True),
    "googlenet": vision(13, False, aux_logits=False, init_weights=True),
    "inception_v3": vision(
        13, True, {"input": (3, 299, 299)}, aux_logits=False, init_weights=True
    ),
    "squeezenet1_1": vision(13, False),
    "shufflenet_v2_x1_0": vision(13, True),
    "mnasnet1_0": vision(16, False),
    "efficientnet_b0": vision(16, True),
    "regnet_y_400mf": vision(16, True),
    "convnext_tiny": vision(17, True),
    "vit_b_16": vision(17, True),
    "swin_t": vision(13, True),
    "autoencoder": Network(small.Autoencoder, 13, True, {"input": (784,)}),
    "conv_autoencoder": Network(small.ConvAutoencoder, 13, True, {"input": (3, 64, 64)}),
    "told": Network(
        small.Told,
        13,
        True,
        {"obs": (24,), "action": (6,)},
        ("z_next", "reward", "pi", "q1", "q2"),
        {"espalier.feedback": "z_next=z"},
        {"/encoder/": "z"},
    ),
    "lstm": Network(lambda: small.Recurrent(nn.LSTM), 13, True, SEQUENCE),
    "gru": Network(small.TokenGru, 16, False, TOKENS),
    "bilstm": Network(
        lambda: small.Recurrent(nn.LSTM, num_layers=2, bidirectional=True), 16, False, SEQUENCE
    ),
    "causal_transformer": Network(small.CausalTransformer, 16, True, TOKENS),
    "unet": Network(small.UNet, 16, True, {"input": (3, 64, 64)}),
    "squeeze_excite": Network(small.SqueezeExciteNet, 17, True, {"input": (3, 32, 32)}),
}
