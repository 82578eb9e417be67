#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares tokens a second: `generate` here, transformers, and llama.cpp.

    tokens.py --java JAR --model CHECKPOINT
    tokens.py --java JAR --model CHECKPOINT --node FOLDER --gguf float32=M-f32.gguf bfloat16=M-bf16.gguf

All sides continue the same random tokens with the likeliest ones, past any end, one prompt at a
time and eight at once. A side runs twice, for few and for more new tokens; the difference of the
times is that of the tokens between, so starting, opening and reading the prompt are left out;
llama.cpp runs once and takes that time itself. The sides take turns, and the numbers are medians of the turns. For llama.cpp FOLDER is one in which
`npm install node-llama-cpp` ran, whose native library has the instructions of each processor, and
each precision has a GGUF file that llama.cpp's convert_hf_to_gguf.py made of the checkpoint. Prints
a Markdown table and ends with a line of JSON.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import waiting  # noqa: F401, before torch

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, logging

from interop import Java, JavaError

FEW, MORE = 8, 72
PROMPT = 32
ROWS = (1, 8)
PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def prompts(vocabulary, rows):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(5, min(vocabulary, 20000), (rows, PROMPT), generator=generator)


def seconds(task, *arguments):
    start = time.perf_counter()
    task(*arguments)
    return time.perf_counter() - start


class Side:
    """Something that continues tokens."""

    def seconds_between(self, ids):
        """The seconds for the tokens between few and more."""
        few, more = (seconds(self.generate, ids, count) for count in (FEW, MORE))
        return more - few


class Here(Side):
    name = "here"

    def __init__(self, arguments, precision):
        self.java, self.model = Java(arguments.java), arguments.model
        self.options = ["--precision", precision]

    def generate(self, ids, count):
        with tempfile.TemporaryDirectory() as folder:
            save_file({"prompt.input_ids": ids}, Path(folder, "in.safetensors"))
            self.java.run(
                "generate", "--model", self.model, "--input", Path(folder, "in.safetensors"),
                "--output", Path(folder, "out.safetensors"), "--max-new-tokens", count, *self.options,
            )


class Transformers(Side):
    name = "transformers"

    def __init__(self, arguments, precision):
        dtype = PRECISIONS[precision]
        self.model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=dtype).eval()

    def generate(self, ids, count):
        mask = torch.ones_like(ids)
        self.model.generate(
            ids, attention_mask=mask, max_new_tokens=count, min_new_tokens=count, do_sample=False
        )


class LlamaCpp(Side):
    name = "llama.cpp"

    def __init__(self, arguments, precision):
        self.folder = arguments.node.absolute()
        self.line = [Path(arguments.gguf[precision]).absolute(), arguments.threads]

    def seconds_between(self, ids):
        script = Path(__file__).resolve().parent / "llama-cpp.mjs"
        words = ["node", script, *self.line, FEW, MORE, self.folder, json.dumps(ids.tolist())]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{self.name}: {done.stderr.strip()}")
        return float(done.stdout)


def sides(arguments, precision):
    yield Here(arguments, precision)
    yield Transformers(arguments, precision)
    if arguments.node and precision in arguments.gguf:
        yield LlamaCpp(arguments, precision)


def measure(arguments, precision):
    """Tokens a second by the numbers of rows and the names of sides."""
    rivals = list(sides(arguments, precision))
    times = {}
    for turn in range(arguments.turns):
        for rows in ROWS:
            ids = prompts(arguments.vocabulary, rows)
            for side in rivals:
                rate = rows * (MORE - FEW) / side.seconds_between(ids)
                times.setdefault((rows, side.name), []).append(rate)
                print(turn + 1, precision, rows, side.name, f"{rate:.1f}", file=sys.stderr)
    return times


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, metavar="JAR", required=True)
    parser.add_argument("--model", type=Path, required=True, help="a checkpoint of HuggingFace")
    parser.add_argument("--node", type=Path, metavar="FOLDER", help="with node-llama-cpp")
    parser.add_argument("--gguf", nargs="*", default=[], metavar="PRECISION=FILE")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), metavar="N")
    parser.add_argument("--turns", type=int, default=3, metavar="N", help="(default: 3)")
    arguments = parser.parse_args()
    arguments.gguf = dict(pair.split("=", 1) for pair in arguments.gguf)
    config = json.loads((arguments.model / "config.json").read_text("utf-8"))
    arguments.vocabulary = config["vocab_size"]
    return arguments


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)  # for Java
    logging.set_verbosity_error()
    found = []
    print("| precision | prompts | side | tokens a second | from | to | here / it |")
    print("|---" * 7 + "|")
    try:
        for precision in PRECISIONS:
            times = measure(arguments, precision)
            for (rows, name), rates in sorted(times.items()):
                ours = median(times[rows, Here.name])
                row = (precision, rows, name, median(rates), min(rates), max(rates))
                quotient = ours / median(rates)
                found.append((*row, quotient))
                numbers = " | ".join(f"{rate:.1f}" for rate in row[3:])
                print(f"| {precision} | {rows} | {name} | {numbers} | {quotient:.2f} |", flush=True)
    except JavaError as e:
        print(e, file=sys.stderr)
        return 1
    print(json.dumps({"rows": found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
