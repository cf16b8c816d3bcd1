#!/usr/bin/env python3
"""Computes a run's importance from its log, apart from Espalier's own code.

  ./espalier log RUN --json | python3 docs/fold.py [--check FILE]

FILE is the output of ./espalier importance RUN --json; exit code 1 where it differs.
"""
import argparse
import json
import sys

import numpy as np

METRICS = ("gradient_accumulation", "fisher_information", "bayesian_uncertainty")
SINGLE = {"COMBINATION_" + name.upper(): i for i, name in enumerate(METRICS)}


def shares(scores):
    total = scores.sum()
    return scores / total if total > 0 else np.full(len(scores), 1 / len(scores))


def points(scores):
    """1 for the lowest to N for the highest; equal scores get the mean of their places."""
    below = (scores[None, :] < scores[:, None]).sum(axis=1)
    up_to = (scores[None, :] <= scores[:, None]).sum(axis=1)
    return (below + 1 + up_to) / 2


class Fold:
    def __init__(self, start):
        settings = start.get("importance", {})
        self.ids = [group["id"] for group in start["groups"]]
        self.gamma = settings.get("ema_factor", 0.9)
        self.kappa = settings.get("kappa") or 0.25
        self.combination = settings.get("combination")
        self.weights = np.array(settings.get("metric_weight") or [1, 1, 1])
        self.period = settings.get("period_epochs") or 20
        self.mode = settings.get("penalty_mode")
        default = 0 if self.mode == "PENALTY_MODE_ABSOLUTE" else 0.02
        self.strength = settings.get("penalty_strength", default)
        n = len(self.ids)
        self.alpha = np.full(n, settings.get("alpha_prior") or 2)
        self.beta = np.full(n, settings.get("beta_prior") or 1e-30)
        self.smoothed = np.zeros((3, n))
        self.overall = self.penalised = 0.0
        self.batches = self.epochs = 0

    def add(self, batch):
        grad = np.array(batch["mean_absolute_gradient"], float)
        fisher = np.array(batch["mean_squared_gradient"], float)
        overall = float(batch["overall_mean_absolute_gradient"])
        if not np.isfinite([*grad, *fisher, overall, float(batch["loss"])]).all():
            return  # refused by the service
        # The variance is inverse-gamma; a batch counts as 2 kappa observations of it.
        self.alpha = self.alpha + self.kappa
        self.beta = self.beta + self.kappa * fisher
        values = np.array([grad, fisher, self.beta / (self.alpha - 1)])
        self.smoothed = self.gamma * self.smoothed + (1 - self.gamma) * values
        self.overall = self.gamma * self.overall + (1 - self.gamma) * overall
        self.batches += 1

    def end_epoch(self, epoch):
        self.epochs = epoch + 1
        correction = 1 - self.gamma**self.batches if self.batches else 1.0
        self.penalised = self.overall / correction

    def snapshot(self, sequence):
        # S(t) starts at 0; without the division it would be pulled there.
        correction = 1 - self.gamma**self.batches if self.batches else 1.0
        scores = self.smoothed / correction
        if self.combination in SINGLE:
            importance = shares(scores[SINGLE[self.combination]])
        else:
            by_rank = self.combination == "COMBINATION_RANKS"
            parts = np.array([shares(points(s) if by_rank else s) for s in scores])
            importance = self.weights @ parts / self.weights.sum()
        order = sorted(range(len(self.ids)), key=lambda i: (-importance[i], self.ids[i]))
        phase = np.arange(len(self.ids)) / len(self.ids)
        fixed = {"PENALTY_MODE_OFF": 0, "PENALTY_MODE_ABSOLUTE": self.strength}
        return {
            "sequence": sequence,
            "ids": self.ids,
            "scores": scores,
            "importance": importance,
            "order": order,
            "lambda": (1 + np.cos(2 * np.pi * (self.epochs / self.period - phase))) / 2,
            "lambda_weight": fixed.get(self.mode, self.strength * self.penalised),
        }


def snapshots(lines):
    """Each snapshot that the service publishes: at the start, after each epoch and cut, at each end."""
    fold, last, ended, resumable = None, -1, False, False
    for line in lines:
        event = json.loads(line)
        sequence = int(event.get("sequence", -1))
        if "run_deleted" in event:
            fold, last, ended = None, -1, False
        elif fold is None and "run_started" in event:
            fold, last = Fold(event["run_started"]), sequence
            yield fold.snapshot(sequence)
        elif fold and ended and resumable and "run_resumed" in event and sequence > last:
            last, ended = sequence, False
            yield fold.snapshot(sequence)
        elif fold and not ended and sequence > last:  # else it came before, or too late
            last = sequence
            if "gradient_summary" in event:
                fold.add(event["gradient_summary"])
            elif "epoch_completed" in event:
                fold.end_epoch(event["epoch_completed"].get("epoch", 0))
                yield fold.snapshot(sequence)
            elif "run_pruned" in event:  # all is per parameter or per group: nothing to cut here
                yield fold.snapshot(sequence)
            elif "run_completed" in event or "run_failed" in event:
                ended = True
                resumable = "run_failed" in event or event["run_completed"].get("stopped", False)
                yield fold.snapshot(sequence)


def differences(mine, theirs):
    """Numbers further apart than 1e-12: of the larger, for lambda in [0, 1] of 1."""
    rows = [("lambda_weight", mine["lambda_weight"], theirs["coefficients"]["lambda_weight"], 0)]
    for i, group in enumerate(theirs["groups"]):
        name = group["group_id"]
        if mine["ids"][mine["order"][group["rank"] - 1]] != name:
            yield f"{name}: rank is not {group['rank']}, Espalier's"
        rows += [(f"{name} {m}", mine["scores"][k][i], group[m], 0) for k, m in enumerate(METRICS)]
        rows.append((f"{name} importance", mine["importance"][i], group["importance"], 0))
        rows.append((f"{name} lambda", mine["lambda"][i], theirs["coefficients"]["lambda"][i], 1))
    for name, a, b, least in rows:
        if not abs(a - b) <= 1e-12 * max(abs(a), abs(b), least):
            yield f"{name}: {a!r}, Espalier {b!r}"


def table(snapshot):
    columns = " ".join(f"{name:>11}" for name in ("mean |g|", "mean g^2", "bayes"))
    yield f"rank  {'group':24} {'importance':>10} {columns}  lambda"
    for rank, i in enumerate(snapshot["order"], 1):
        scores = " ".join(f"{score:11.4e}" for score in snapshot["scores"][:, i])
        importance, coefficient = snapshot["importance"][i], snapshot["lambda"][i]
        yield f"{rank:4}  {snapshot['ids'][i]:24} {importance:10.6f} {scores}  {coefficient:.4f}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", metavar="FILE", help="./espalier importance RUN --json")
    check = options.parse_args().check
    theirs = None
    if check:
        with open(check) as file:
            theirs = json.load(file)
    last = same = None
    for last in snapshots(sys.stdin):
        if theirs and last["sequence"] == int(theirs["sequence"]):
            same = last
    if last is None:
        sys.exit("no run_started among the lines: pipe ./espalier log RUN --json in here")
    print("\n".join(table(last)))
    if theirs:
        if same is None:
            sys.exit(f"the log gives no snapshot of sequence {theirs['sequence']}: other run?")
        found = list(differences(same, theirs))
        print("\n".join(found) if found else f"equal to {check} within 1e-12")
        sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
