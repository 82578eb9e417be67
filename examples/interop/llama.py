#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Loads adapters that `convert --layout gguf` wrote in llama.cpp, and compares its probabilities.

    llama.py --java JAR --model CHECKPOINT --gguf BASE.gguf --adapter FOLDER [--to-lora RANK]

BASE.gguf is what llama.cpp's convert_hf_to_gguf.py --outtype f32 makes of CHECKPOINT. Random tokens
are continued by one; the logarithms of the probabilities of all tokens are compared with those of
`predict` with the same adapter, and without one, which shows what llama.cpp's own arithmetic adds.
With --to-lora an adapter of another method becomes a LoRA adapter of this rank first: then what
differs is also what that loses. llama.cpp comes with the package xllamacpp.
"""
import argparse
import sys
import tempfile
from pathlib import Path

import waiting  # noqa: F401, before torch

import torch
import xllamacpp

from interop import Java, JavaError

ROWS, LENGTH = 4, 24


def tokens(vocabulary):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(5, vocabulary, (ROWS, LENGTH), generator=generator)


def by_java(java, model, ids, *options):
    """The logarithms of probabilities after the last token of every row."""
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    return java.predict(model, inputs, *options)["logits"][:, -1].log_softmax(-1)


def by_llama_cpp(base, ids, vocabulary, adapter=None):
    params = xllamacpp.CommonParams()
    params.model.path = str(base)
    params.n_ctx, params.n_parallel, params.warmup = 256, 1, False
    # keys and values as exact as everything else
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    if adapter:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    server = xllamacpp.Server(params)
    rows = torch.full((len(ids), vocabulary), float("nan"))
    for row, prompt in zip(rows, ids.tolist()):
        request = {"prompt": prompt, "max_tokens": 1, "temperature": 0.0, "logprobs": vocabulary}
        reply = server.handle_completions({**request, "cache_prompt": False})
        for token in reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]:
            row[token["id"]] = token["logprob"]
    if rows.isnan().any():
        raise ValueError(f"llama.cpp left out {int(rows.isnan().sum())} probabilities")
    return rows


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, metavar="JAR", required=True)
    parser.add_argument("--model", type=Path, required=True, help="a checkpoint of HuggingFace")
    parser.add_argument("--gguf", type=Path, required=True, help="the same in float32 for llama.cpp")
    parser.add_argument("--adapter", type=Path, required=True)
    parser.add_argument("--to-lora", metavar="RANK", help="converts an adapter of another method")
    return parser.parse_args()


def main():
    arguments = parse()
    java = Java(arguments.java)
    model, adapter = arguments.model, arguments.adapter
    conversion = ["--to-lora", arguments.to_lora] if arguments.to_lora else []
    try:
        with tempfile.TemporaryDirectory() as folder:
            line = ["--model", model, "--adapter", adapter, "--output", Path(folder, "gguf")]
            java.run("convert", *line, "--layout", "gguf", *conversion)
            vocabulary = by_java(java, model, torch.full((1, 2), 5)).shape[-1]
            ids = tokens(vocabulary)
            base = by_java(java, model, ids)
            adapted = by_java(java, model, ids, "--adapter", adapter)
            there = by_llama_cpp(arguments.gguf, ids, vocabulary)
            file = Path(folder, "gguf", "adapter.gguf")
            adapted_there = by_llama_cpp(arguments.gguf, ids, vocabulary, file)
    except (JavaError, ValueError) as e:
        print(e, file=sys.stderr)
        return 1
    print("Largest differences of log p, of", base.numel(), "numbers down to", f"{base.min():.0f}")
    for name, one, other in (
        ("base model, here and in llama.cpp", base, there),
        ("with the adapter, here and in llama.cpp", adapted, adapted_there),
        ("with and without the adapter, here", adapted, base),
    ):
        print(f"{name}: {(one - other).abs().max():.1e}, mean {(one - other).abs().mean():.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
