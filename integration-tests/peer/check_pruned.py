#!/usr/bin/env python3
"""Checks a cut by hand: `kept` of report.json, applied to the original, must give the smaller file.

    check_pruned.py ORIGINAL PRUNED REPORT

Shares no code with Espalier; needs onnx and numpy alone. A weight is an initialiser, or the output
of a Constant node; either may have become the other. Checked are
  - that both files are valid ONNX, and that inputs and outputs are what they were;
  - that every weight of the smaller file is, bit for bit, the original's at the kept indices, and
    the whole of it where the report names none. Integers (shapes, sizes, bounds) may be mended;
  - that indices ascend, are in range, are at least one and leave something out;
  - parameters, bytes, digests and units that the report counts.
Exits 0 where all holds, 1 where not, with a line for each difference, 2 where a file is unreadable.
"""

import argparse
import hashlib
import json
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper

FLOATS = {onnx.TensorProto.DataType.Value(n) for n in ("FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16")}


def constants(graph):
    """Name and tensor of every Constant node that holds one, and of every single number in one."""
    for node in graph.node:
        if node.op_type != "Constant":
            continue
        for a in node.attribute:
            if a.name == "value":
                yield node.output[0], a.t
            elif a.name in ("value_float", "value_floats", "value_int", "value_ints"):
                kind = np.float32 if "float" in a.name else np.int64
                value = np.asarray(onnx.helper.get_attribute_value(a), kind)
                yield node.output[0], numpy_helper.from_array(value)


class Model:
    def __init__(self, path):
        self.path = path
        self.proto = onnx.load(path)
        # The message, for with full_check a path is a file that onnx 1.12 rewrites.
        onnx.checker.check_model(self.proto)
        graph = self.proto.graph
        initializers = {t.name: t for t in graph.initializer}
        self.tensors = {**dict(constants(graph)), **initializers}
        self.inputs = [signature(v) for v in graph.input if v.name not in initializers]
        self.outputs = [signature(v) for v in graph.output]
        # A report may or may not count weights that are Constant nodes.
        self.parameters = {
            sum(int(np.prod(t.dims)) for t in tensors if t.data_type in FLOATS)
            for tensors in (initializers.values(), self.tensors.values())
        }

    def weight(self, name):
        return numpy_helper.to_array(self.tensors[name])


def signature(value):
    tensor = value.type.tensor_type
    return value.name, tensor.elem_type, [d.dim_param or d.dim_value for d in tensor.shape.dim]


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def bad_indices(indices, length):
    """What is wrong with the kept indices of an axis of this length, or None."""
    if not indices:
        return "keeps nothing"
    if any(b <= a for a, b in zip(indices, indices[1:])):
        return "does not ascend"
    if indices[0] < 0 or indices[-1] >= length:
        return f"is out of range of the length {length}"
    return "leaves nothing out" if len(indices) == length else None


def check_weights(original, pruned, kept):
    """Yields every difference; what is neither named nor whole has to be integers."""
    for name in kept:
        if name not in original.tensors:
            yield f'kept "{name}": the original has no such weight'
    for name, tensor in original.tensors.items():
        if name not in pruned.tensors:
            if name in kept or tensor.data_type in FLOATS:
                yield f'"{name}": missing in the smaller file'
            continue
        expected, wrong = original.weight(name), None
        for axis, indices in kept.get(name, {}).items():
            axis = int(axis)
            if not 0 <= axis < expected.ndim:
                wrong = f"of {expected.ndim} axes there is none {axis}"
            else:
                wrong = bad_indices(indices, expected.shape[axis])
            if wrong:
                yield f'kept "{name}", axis {axis}: {wrong}'
                break
            expected = expected.take(indices, axis=axis)
        if not wrong and not same(expected, pruned.weight(name)):
            if name in kept or tensor.data_type in FLOATS:
                yield (
                    f'"{name}": {list(pruned.weight(name).shape)} in the smaller file is not'
                    f" the {list(expected.shape)} that the report keeps"
                )
    for name in pruned.tensors.keys() - original.tensors.keys():
        if pruned.tensors[name].data_type in FLOATS:
            yield f'"{name}": not in the original'


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def check_counts(model, path, size, model_digest, side):
    parameters = size.get("parameters")
    if parameters not in model.parameters:
        yield f"{side}.parameters = {parameters}: counted {sorted(model.parameters)}"
    if size.get("bytes") != os.path.getsize(path):
        yield f"{side}.bytes = {size.get('bytes')}: the file has {os.path.getsize(path)}"
    if model_digest and model_digest.lower().split(":")[-1] != digest(path):
        yield f"{side}: digest {model_digest} is not that of {path}"


def check_report(report):
    for group in report.get("groups", []):
        if not 1 <= group["kept"] <= group["units"]:
            yield f"group {group['id']}: keeps {group['kept']} of {group['units']} units"
    target = report.get("target", {})
    if "parameters_share" in target:
        removed = 1 - report["after"]["parameters"] / report["before"]["parameters"]
        if target["reached_share"] is not None and abs(removed - target["reached_share"]) > 1e-6:
            yield f"target.reached_share = {target['reached_share']}: counted {removed}"


def differences(original, pruned, report):
    if original.inputs != pruned.inputs:
        yield f"inputs {original.inputs} became {pruned.inputs}"
    if original.outputs != pruned.outputs:
        yield f"outputs {original.outputs} became {pruned.outputs}"
    yield from check_weights(original, pruned, report["kept"])
    provenance = report.get("provenance", {})
    yield from check_counts(
        original, original.path, report["before"], provenance.get("model_digest"), "before"
    )
    yield from check_counts(
        pruned, pruned.path, report["after"], provenance.get("pruned_model_digest"), "after"
    )
    yield from check_report(report)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("original", "pruned", "report"):
        parser.add_argument(name, metavar=name.upper())
    args = parser.parse_args()
    try:
        original, pruned = Model(args.original), Model(args.pruned)
        with open(args.report, encoding="utf-8") as f:
            report = json.load(f)
    except Exception as e:
        print(f"error: {type(e).__name__}: {e}", file=sys.stderr)
        sys.exit(2)
    found = list(differences(original, pruned, report))
    for line in found:
        print("difference: " + line)
    kept = report["kept"]
    cut = sum(len(axes) for axes in kept.values())
    print(
        f"{len(pruned.tensors)} weights, {cut} axes of {len(kept)} cut,"
        f" {report['before']['parameters']} to {report['after']['parameters']} parameters:"
        f" {len(found)} differences"
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
