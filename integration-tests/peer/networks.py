"""The table of networks: how each is built, what it takes and gives, and how it is exported."""

from dataclasses import dataclass, field
from typing import Callable, Dict, Tuple

import small_networks as small
import torch
import torchvision.models as vision
from torch import nn

IMAGE = {"input": (3, 224, 224)}
TOKENS = {"tokens": (32,)}
VOCABULARY = 200


@dataclass(frozen=True)
class Network:
    """A network; shapes are without the batch axis, `dynamic` says whether that axis is symbolic.

    Inputs called "tokens" are integers below VOCABULARY, all others standard normal.
    """

    build: Callable[[], nn.Module]
    opset: int
    dynamic: bool
    inputs: Dict[str, Tuple[int, ...]] = field(default_factory=lambda: IMAGE)
    outputs: Tuple[str, ...] = ("output",)
    # metadata of the file, and the scopes whose last value gets a name that the metadata can use
    metadata: Dict[str, str] = field(default_factory=dict)
    named: Dict[str, str] = field(default_factory=dict)

    def sample(self, batch, seed):
        """Random inputs in the order of `inputs`, the same for the same seed."""
        torch.manual_seed(seed)
        return tuple(
            torch.randint(VOCABULARY, (batch, *shape))
            if name == "tokens"
            else torch.randn(batch, *shape)
            for name, shape in self.inputs.items()
        )


def plain(constructor, opset, dynamic, inputs=IMAGE, **options):
    return Network(lambda: constructor(weights=None, **options), opset, dynamic, inputs)


SEQUENCE = {"input": (20, 24)}

NETWORKS = {
    "resnet18": plain(vision.resnet18, 13, True),
    "resnet50": plain(vision.resnet50, 13, True),
    "resnext50_32x4d": plain(vision.resnext50_32x4d, 16, False),
    "vgg16_bn": plain(vision.vgg16_bn, 13, True),
    "mobilenet_v2": plain(vision.mobilenet_v2, 13, True),
    "mobilenet_v3_small": plain(vision.mobilenet_v3_small, 16, True),
    "densenet121": plain(vision.densenet121, 13, True),
    "googlenet": plain(vision.googlenet, 13, False, aux_logits=False, init_weights=True),
    "inception_v3": plain(
        vision.inception_v3,
        13,
        True,
        {"input": (3, 299, 299)},
        aux_logits=False,
        init_weights=True,
    ),
    "squeezenet1_1": plain(vision.squeezenet1_1, 13, False),
    "shufflenet_v2_x1_0": plain(vision.shufflenet_v2_x1_0, 13, True),
    "mnasnet1_0": plain(vision.mnasnet1_0, 16, False),
    "efficientnet_b0": plain(vision.efficientnet_b0, 16, True),
    "regnet_y_400mf": plain(vision.regnet_y_400mf, 16, True),
    "convnext_tiny": plain(vision.convnext_tiny, 17, True),
    "vit_b_16": plain(vision.vit_b_16, 17, True),
    "swin_t": plain(vision.swin_t, 13, True),
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
