#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares the scores of two sweeps run by run: those in bfloat16 minus those in float32.

    differences.py float32/runs.jsonl bfloat16/runs.jsonl

Runs of the same task, method and seed are a pair. Prints, for each method, each task and all pairs,
how many there are, the mean difference in points, and its 95 % interval of Student's t. It needs
scipy.
"""
import json
import math
import sys
from collections import defaultdict
from statistics import mean, stdev

from scipy.stats import t


def scores(path):
    """Points by task, method and seed."""
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            run = json.loads(line)
            key = run["key"]
            place = key["task"], key["method"], key["seed"]
            value = run["metrics"][run["metric"]]
            # a perplexity is better when it is smaller: a hundred times its logarithm, turned round
            found[place] = -100 * math.log(value) if run["metric"] == "perplexity" else 100 * value
    return found


def line(name, differences):
    n = len(differences)
    if n < 2:
        return f"| {name} | {n} | | |"
    half = t.ppf(0.975, n - 1) * stdev(differences) / math.sqrt(n)
    middle = mean(differences)
    return f"| {name} | {n} | {middle:+.2f} | {middle - half:+.2f} to {middle + half:+.2f} |"


def main():
    before, after = (scores(path) for path in sys.argv[1:3])
    groups = defaultdict(list)
    for place in sorted(before.keys() & after.keys()):
        task, method, _ = place
        for name in (method, task, "all"):
            groups[name].append(after[place] - before[place])
    print("| | pairs | difference | 95 % interval |")
    print("|---|---|---|---|")
    for name, differences in groups.items():
        print(line(name, differences))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
