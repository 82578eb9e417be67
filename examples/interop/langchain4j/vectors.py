#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures how many vectors a second all-MiniLM-L6-v2 gives for texts in PyTorch with transformers.

    vectors.py --texts FILE --model DIR --rounds 20

takes the texts that Vectors.java wrote, a line each, and what it measures: one text at a time, 8 and
32, interleaved, tokenizing included. Prints a Markdown table and ends with a line of JSON.
"""
import argparse
import json
import random
import sys
import time
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).resolve().parents[1]))
import waiting  # noqa: E402, F401, before torch

import torch  # noqa: E402
from interop import hf_model  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

AT_A_TIME = (1, 8, 32)
WARM_UP_ROUNDS = 3


@torch.inference_mode()
def encode(model, tokenizer, texts):
    """The vectors of texts that are passed at once."""
    encoded = tokenizer.encode_batch(texts)
    ids = torch.tensor([text.ids for text in encoded])
    mask = torch.tensor([text.attention_mask for text in encoded])
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).float()
    pooled = (hidden * weights).sum(1) / weights.sum(1)
    return torch.nn.functional.normalize(pooled).numpy()


def measure(model, tokenizer, texts, at_a_time):
    start = time.perf_counter()
    for first in range(0, len(texts), at_a_time):
        encode(model, tokenizer, texts[first : first + at_a_time])
    return len(texts) / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--texts", type=Path, required=True, help="a text on each line")
    parser.add_argument("--model", type=Path, required=True, help="folder of the model")
    parser.add_argument("--rounds", type=int, default=10, help="how many rounds count (10)")
    arguments = parser.parse_args()
    model = hf_model(arguments.model)
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    tokenizer.enable_padding()
    texts = arguments.texts.read_text(encoding="utf-8").splitlines()
    rates = {at_a_time: [] for at_a_time in AT_A_TIME}
    chance = random.Random(42)
    for number in range(WARM_UP_ROUNDS + arguments.rounds):
        for at_a_time in chance.sample(AT_A_TIME, len(AT_A_TIME)):
            rate = measure(model, tokenizer, texts, at_a_time)
            if number >= WARM_UP_ROUNDS:
                rates[at_a_time].append(rate)
    print("| vectors a second | median | least | most |\n|---|---|---|---|")
    for at_a_time, found in rates.items():
        numbers = (f"{x:.1f}" for x in (median(found), min(found), max(found)))
        print(f"| python, {at_a_time} at a time | {' | '.join(numbers)} |")
    print(json.dumps({f"python_{n}_per_second": round(median(r), 2) for n, r in rates.items()}))


if __name__ == "__main__":
    main()
