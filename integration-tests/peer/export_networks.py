#!/usr/bin/env python3
"""Writes real networks as ONNX files, with random weights whose outputs are sane.

Each NAME of the table (see networks.py) becomes OUT/NAME.onnx, and its weights OUT/weights/NAME.pt,
from which prune_with_torch.py builds the same network again.

Weights are seeded. What a constructor leaves constant (scales of 1, biases of 0) is drawn too, for
constants hide mistakes; statistics of BatchNorm are those of a few batches of noise.

Needs PyTorch, torchvision and onnx (written for torch 1.13, torchvision 0.14, onnx 1.12).

Debian's torch calls whatever BLAS the system offers, and the reference one is twenty times slower
than OpenBLAS on a transformer. Install libopenblas0-pthread; where another is still chosen, either
    update-alternatives --config libblas.so.3-x86_64-linux-gnu
or set LD_PRELOAD to .../openblas-pthread/libblas.so.3 for this one command.
"""

import argparse
import collections
import io
import json
import math
import os
import sys

import onnx
import torch
from networks import NETWORKS
from torch import nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def draw_constants(model):
    """Draws every parameter that is the same number throughout."""
    with torch.no_grad():
        for p in model.parameters():
            if p.numel() < 2 or p.min() != p.max():
                continue
            if p.max() != 0:
                p.uniform_(0.5, 1.5)
            else:
                p.normal_(0, 0.05 if p.dim() < 2 else 1 / math.sqrt(p[0].numel()))


def recalibrate(model, network, passes=3, batch=8):
    """Sets the running statistics of BatchNorm to the mean over batches of random inputs."""
    norms = [m for m in model.modules() if isinstance(m, NORMS)]
    if not norms:
        return
    momenta = [m.momentum for m in norms]
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
        m.train()
    with torch.no_grad():
        for i in range(passes):
            model(*network.sample(batch, 100 + i))
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
        m.eval()


def built(name, network, seed=0):
    torch.manual_seed(seed)
    model = network.build(name).eval()
    draw_constants(model)
    recalibrate(model, network)
    return model


def scale_of(model, network):
    """Largest |y| over all outputs; raises where one is not finite, or the same for every input."""
    with torch.no_grad():
        outputs = model(*network.sample(4, 7))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    for name, y in zip(network.outputs, outputs):
        if not torch.isfinite(y).all():
            raise ValueError(f'output "{name}" is not finite')
        largest = y.abs().max()
        if (y - y.mean(0)).abs().max() <= 1e-3 * largest or y.std() <= 1e-3 * largest:
            raise ValueError(f'output "{name}" is constant')
    return max(y.abs().max().item() for y in outputs)


def exported(model, network, training=False):
    file = io.BytesIO()
    network.export(model, file, training)
    proto = onnx.load_from_string(file.getvalue())
    for scope, name in network.named.items():
        rename_last(proto.graph, scope, name)
    for key, value in network.metadata.items():
        proto.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(proto)
    return proto


def rename_last(graph, scope, name):
    """Gives the last value made in a scope a name."""
    old = [n for n in graph.node if n.name.startswith(scope)][-1].output[0]
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [name if v == old else v for v in values]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", metavar="OUT", help="folder for the files, made where it is missing")
    parser.add_argument("names", metavar="NAME", nargs="*", help="networks (default all)")
    parser.add_argument("--operators", metavar="FILE", help="writes the count of operators as JSON")
    parser.add_argument(
        "--training", action="store_true", help="keeps BatchNorm and Dropout as nodes of their own"
    )
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch (default 1)")
    args = parser.parse_args()
    unknown = [n for n in args.names if n not in NETWORKS]
    if unknown:
        parser.error(f"unknown networks {unknown}; there are {', '.join(NETWORKS)}")
    torch.set_num_threads(args.threads)
    os.makedirs(os.path.join(args.out, "weights"), exist_ok=True)

    operators, failed = {}, []
    print(f"{'network':20} opset   batch       MB  nodes  parameters  max |y|")
    for name in args.names or NETWORKS:
        network = NETWORKS[name]
        path = os.path.join(args.out, name + ".onnx")
        try:
            model = built(name, network)
            scale = scale_of(model, network)
            proto = exported(model, network, args.training)
        except Exception as e:
            failed.append(name)
            print(f"{name:20} failed: {type(e).__name__}: {e}", flush=True)
            continue
        onnx.save(proto, path + ".part")
        os.replace(path + ".part", path)
        torch.save(model.state_dict(), os.path.join(args.out, "weights", name + ".pt"))
        operators[name] = collections.Counter(n.op_type for n in proto.graph.node)
        print(
            f"{name:20} {network.opset:5} {'dynamic' if network.dynamic else 'static':>7}"
            f" {os.path.getsize(path) / 1e6:8.2f} {len(proto.graph.node):6}"
            f" {sum(p.numel() for p in model.parameters()):11}  {scale:.3g}",
            flush=True,
        )
    if args.operators:
        with open(args.operators, "w") as f:
            json.dump(operators, f, indent=1, sort_keys=True)
    if failed:
        sys.exit(f"error: {len(failed)} of {len(args.names or NETWORKS)} networks failed: {failed}")


if __name__ == "__main__":
    main()
