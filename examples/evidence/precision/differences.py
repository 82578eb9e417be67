#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares the scores of two sweeps run by run: those in bfloat16 minus those in float32.

    differences.py float32/runs.jsonl bfloat16/runs.jsonl

Runs of the same task, method and seed are a pair. Prints, for each method, each task and all pairs,
how many there are, the mean difference in points, and its 95 % interval of Student's t. It needs no
package.
"""
import json
import math
import sys
from collections import defaultdict
from statistics import mean, stdev


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


def quantile(freedom, probability=0.975):
    """Student's t, by Simpson's rule and bisection."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)

    def below(limit, steps=2000):
        width = limit / steps
        density = [(1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1)]
        total = density[0] + density[-1] + 4 * sum(density[1:-1:2]) + 2 * sum(density[2:-1:2])
        return 0.5 + scale * total * width / 3

    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return low


def line(name, differences):
    n = len(differences)
    if n < 2:
        return f"| {name} | {n} | | |"
    half = quantile(n - 1) * stdev(differences) / math.sqrt(n)
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
