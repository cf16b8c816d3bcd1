#!/usr/bin/env python3
"""Torch-Pruning's whole way with networks of the table: build, load weights, cut channels, export.

    pip install torch-pruning==1.6.1    # or its source on PYTHONPATH; it is no part of this project
    prune_with_torch.py NETS NAME...

NETS is a folder that export_networks.py has filled. Prints a line of JSON a network: seconds of
each part, CPU seconds and peak memory of the process so far, parameters before and after. --warm N
adds minima over N more rounds in this process, in milliseconds of wall and of CPU time: `graph`
builds the dependency graph, `groups` lists its groups, `prune` makes a pruner (a graph included)
and cuts.
A failure is a line with the error's class and message, and exit status 1.

The pruner is set up as in Torch-Pruning's own examples: magnitude importance, a ratio of channels
alike for all layers, heads of attention told, layers that make outputs ignored. To its advantage
models are built without drawing initial weights.
"""

import argparse
import copy
import json
import os
import resource
import signal
import sys
import time

START = time.perf_counter()


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("nets", metavar="NETS", help="folder with weights/NAME.pt")
    parser.add_argument("names", metavar="NAME", nargs="+", help="networks of the table")
    parser.add_argument("--out", metavar="DIR", help="folder for the cut networks (default none)")
    parser.add_argument("--ratio", type=float, default=0.5, help="of channels (default 0.5)")
    parser.add_argument("--warm", metavar="N", type=int, default=0, help="warm rounds (default 0)")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch (default 1)")
    parser.add_argument("--check", action="store_true", help="says whether output shapes stayed")
    parser.add_argument("--limit", type=int, default=300, help="seconds a network (default 300)")
    return parser.parse_args()


def without_initial_weights():
    """Makes the initialisers of torch.nn do nothing, for the weights are loaded anyway."""
    for name in dir(torch.nn.init):
        if name.endswith("_") and not name.startswith("_"):
            setattr(torch.nn.init, name, lambda tensor, *_, **__: tensor)


def output_layers(name, model):
    """What the usage guide says to ignore: the layers whose channels are the model's outputs."""
    if name == "told":
        return [m[-1] for m in (model.dynamics, model.reward, model.pi, model.Q1, model.Q2)]
    kinds = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    return [[m for m in model.modules() if isinstance(m, kinds)][-1]]


def pruned(name, model, inputs, ratio):
    attention = {m: m.num_heads for m in model.modules() if isinstance(m, nn.MultiheadAttention)}
    pruner = tp.pruner.BasePruner(
        model,
        inputs,
        importance=tp.importance.MagnitudeImportance(p=1),
        pruning_ratio=ratio,
        ignored_layers=output_layers(name, model),
        in_channel_groups={},
        out_channel_groups={},
        num_heads=attention,
    )
    pruner.step()
    if hasattr(model, "conv_proj"):  # torchvision's ViT reads this number in its forward pass
        model.hidden_dim = model.conv_proj.out_channels


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def whole(name, args):
    network = NETWORKS[name]
    began = time.perf_counter()
    model = network.build(name)
    weights = os.path.join(args.nets, "weights", name + ".pt")
    model.load_state_dict(torch.load(weights, map_location="cpu"))
    model.eval()
    before, inputs = parameters(model), network.sample(1, 7)
    loaded = time.perf_counter()
    pruned(name, model, inputs, args.ratio)
    cut = time.perf_counter()
    if args.out:
        network.export(model, os.path.join(args.out, name + ".onnx"))
    done = time.perf_counter()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    line = {
        "load_s": loaded - began,
        "prune_s": cut - loaded,
        "export_s": done - cut,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "rss_mib": usage.ru_maxrss / 1024,
        "parameters": before,
        "parameters_after": parameters(model),
    }
    if args.check:
        line["outputs_kept"] = shapes(model, inputs) == shapes(network.build(name).eval(), inputs)
    return line


def shapes(model, inputs):
    with torch.no_grad():
        outputs = model(*inputs)
    return [tuple(y.shape) for y in (outputs if isinstance(outputs, tuple) else (outputs,))]


def warm(name, args):
    network = NETWORKS[name]
    original = network.build(name).eval()
    original.load_state_dict(torch.load(os.path.join(args.nets, "weights", name + ".pt")))
    inputs, wall, cpu = network.sample(1, 7), {}, {}

    def timed(part, work):
        began, began_cpu = time.perf_counter(), time.process_time()
        result = work()
        ended, ended_cpu = time.perf_counter(), time.process_time()
        wall[part] = min(wall.get(part, 1e9), round(1e3 * (ended - began), 2))
        cpu[part] = min(cpu.get(part, 1e9), round(1e3 * (ended_cpu - began_cpu), 2))
        return result

    for _ in range(args.warm):
        model = copy.deepcopy(original)
        ignored = output_layers(name, model)
        graph = timed("graph", lambda: tp.DependencyGraph().build_dependency(model, inputs))
        groups = timed("groups", lambda: list(graph.get_all_groups(ignored_layers=ignored)))
        timed("prune", lambda: pruned(name, model, inputs, args.ratio))
    return {"warm_ms": wall, "warm_cpu_ms": cpu, "groups": len(groups)}


def late(*_):
    raise TimeoutError("over the limit of this network")


def main():
    torch.set_num_threads(args.threads)
    without_initial_weights()
    if args.out:
        os.makedirs(args.out, exist_ok=True)
    signal.signal(signal.SIGALRM, late)
    failed = False
    for name in args.names:
        line = {"network": name, "import_s": IMPORTED - START}
        signal.alarm(args.limit)
        try:
            line.update(whole(name, args))
            if args.warm:
                line.update(warm(name, args))
        except Exception as e:
            failed = True
            line["error"] = f"{type(e).__name__}: {e}"[:300]
        signal.alarm(0)
        short = {k: round(v, 3) if isinstance(v, float) else v for k, v in line.items()}
        print(json.dumps(short), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    args = arguments()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", str(args.threads))
    os.environ.setdefault("OMP_NUM_THREADS", str(args.threads))
    try:
        import torch
        import torch_pruning as tp
        from networks import NETWORKS
        from torch import nn
    except ImportError as e:
        sys.exit(f"error: {e}; this needs torch, torchvision and torch-pruning (see --help)")
    IMPORTED = time.perf_counter()
    main()
