#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares architectures here and in transformers: outputs, predictions, training steps, memory.

    architectures.py --java JAR [NAME ...]

Every architecture gets a checkpoint of random weights, about as large as MiniLM, which transformers
writes and `predict` and `bench` open. Outputs are compared in float32, as the largest difference
relative to the largest output. A step is one of LoRA, rank 8, on all linear layers, as in speed.py,
with the model of transformers under PEFT; both sides are interleaved, each in float32 and in its
fastest precision. Prints a Markdown table and ends with a line of JSON.
"""
import argparse
import inspect
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import waiting  # noqa: F401, before torch

import torch
import transformers
from transformers import AutoConfig

import speed
from interop import Java, JavaError

WIDTH, LAYERS, HEADS, VOCABULARY = 384, 6, 6, 8000
TEXT = {
    "hidden_size": WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": 4 * WIDTH,
    "vocab_size": VOCABULARY,
}
DECODER = {
    **TEXT,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32768,
    "head_dim": WIDTH // HEADS,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
PICTURE = {**{key: TEXT[key] for key in TEXT if key != "vocab_size"}, "image_size": 224}

# name: class, type of the configuration and its options
ARCHITECTURES = {
    "bert": ("BertModel", "bert", TEXT),
    "modernbert": (
        "ModernBertModel",
        "modernbert",
        {**TEXT, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1,
         "sep_token_id": 2},
    ),
    "albert": ("AlbertModel", "albert", {**TEXT, "embedding_size": 128}),
    "t5-encoder": (
        "T5EncoderModel",
        "t5",
        {"d_model": WIDTH, "d_kv": WIDTH // HEADS, "d_ff": 4 * WIDTH, "num_layers": LAYERS,
         "num_heads": HEADS, "vocab_size": VOCABULARY},
    ),
    "llama": ("LlamaModel", "llama", DECODER),
    "qwen3": ("Qwen3Model", "qwen3", DECODER),
    "phi3": ("Phi3Model", "phi3", DECODER),
    "smollm3": ("SmolLM3Model", "smollm3", DECODER),
    "granite": ("GraniteModel", "granite", DECODER),
    "olmo2": ("Olmo2Model", "olmo2", DECODER),
    "gemma2": ("Gemma2Model", "gemma2", {**DECODER, "query_pre_attn_scalar": WIDTH // HEADS}),
    "gemma3": ("Gemma3TextModel", "gemma3_text", DECODER),
    "vit": ("ViTModel", "vit", PICTURE),
    "dinov2": ("Dinov2Model", "dinov2", PICTURE),
    "dinov3": ("DINOv3ViTModel", "dinov3_vit", PICTURE),
    "clip-images": ("CLIPVisionModel", "clip_vision_model", {**PICTURE, "patch_size": 16}),
    "siglip-images": ("SiglipVisionModel", "siglip_vision_model", PICTURE),
}


@dataclass(frozen=True)
class Checkpoint(speed.Setting):
    """An architecture with random weights, written to a folder."""

    name: str
    folder: Path

    @property
    def model_class(self):
        return getattr(transformers, ARCHITECTURES[self.name][0])

    @property
    def takes_images(self):
        return "image_size" in ARCHITECTURES[self.name][2]

    @property
    def without_pooler(self):
        """Options of the class, since PEFT would adapt a pooler that gives nothing to the outputs."""
        is_pooled = "add_pooling_layer" in inspect.signature(self.model_class).parameters
        return {"add_pooling_layer": False} if is_pooled else {}

    def write(self):
        _, kind, options = ARCHITECTURES[self.name]
        torch.manual_seed(0)
        config = AutoConfig.for_model(kind, **options)
        self.model_class(config, **self.without_pooler).save_pretrained(self.folder)

    def base(self, precision=speed.FLOAT32):
        kind = torch.bfloat16 if precision == speed.BFLOAT16 else torch.float32
        attention = "eager" if self.name.startswith("t5") else "sdpa"  # T5 has no other
        options = {"dtype": kind, "attn_implementation": attention, **self.without_pooler}
        model = self.model_class.from_pretrained(self.folder, **options)
        model.config.use_cache = False
        return model.eval().requires_grad_(False)

    def batch_of(self, model):
        if self.takes_images:
            size = PICTURE["image_size"]
            generator = torch.Generator().manual_seed(1)
            pixels = torch.randn((self.batch, 3, size, size), generator=generator).to(model.dtype)
            with torch.no_grad():
                shape = model(pixel_values=pixels).last_hidden_state.shape
            return {"pixel_values": pixels}, torch.randn(shape, generator=generator)
        return super().batch_of(model)

    def java_options(self):
        return ["--model", self.folder, *([] if self.takes_images else ["--length", self.length])]


def difference(java, setting):
    """The largest difference of the outputs, relative to the largest one, apart from padding."""
    model = setting.base()
    inputs, _ = setting.batch_of(model)
    with torch.no_grad():
        theirs = model(**inputs).last_hidden_state
    ours = java.predict(setting.folder, inputs)["last_hidden_state"]
    if "attention_mask" in inputs:
        mask = inputs["attention_mask"].unsqueeze(-1)
        ours, theirs = ours * mask, theirs * mask
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


HEADER = (
    "architecture",
    "difference of outputs",
    "prediction, float32: ms here",
    "/ transformers",
    "each in its best",
    "LoRA step, float32: ms here",
    "/ PEFT",
    "each in its best",
    "peak MiB here",
    "/ PEFT",
)


def measured(java, setting, arguments):
    """What both sides measured for one architecture."""
    timed = speed.Interleaved(setting, ["lora"], speed.PRECISIONS)
    pairs = speed.alternate(timed, java, setting, ["lora"], arguments)["lora"]
    there, here = (speed.joined_precisions(side) for side in zip(*pairs))
    numbers = {sum_of: [side[speed.FLOAT32][sum_of] for side in (here, there)]
               for sum_of in ("base_inference_ms", "adapter_step_ms")}
    if here[speed.FLOAT32]["trainable_parameters"] != there[speed.FLOAT32]["trainable_parameters"]:
        raise ValueError(f"{setting.name}: the adapters of both sides differ in size")
    step, prediction = (
        min(side[key] for side in here.values()) / min(side[key] for side in there.values())
        for key in ("adapter_step_ms", "base_inference_ms")
    )
    result = {
        "prediction_ms": numbers["base_inference_ms"][0],
        "prediction_ratio": numbers["base_inference_ms"][0] / numbers["base_inference_ms"][1],
        "best_prediction_ratio": prediction,
        "step_ms": numbers["adapter_step_ms"][0],
        "step_ratio": numbers["adapter_step_ms"][0] / numbers["adapter_step_ms"][1],
        "best_step_ratio": step,
    }
    if not arguments.no_memory:
        peak = here[speed.FLOAT32]["peak_rss_mib"]
        result["peak_mib"] = peak
        result["peak_ratio"] = peak / there[speed.FLOAT32]["peak_rss_mib"]
    return result


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", help=f"of {', '.join(ARCHITECTURES)} (default: all)")
    parser.add_argument("--java", type=Path, metavar="JAR", required=True)
    parser.add_argument("--batch", type=int, default=8, help="rows (default: 8)")
    parser.add_argument("--length", type=int, default=64, help="tokens of a row (default: 64)")
    parser.add_argument("--rounds", type=int, default=5, help="counted rounds (default: 5)")
    parser.add_argument("--alternations", type=int, default=2, metavar="N", help="(default: 2)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), metavar="N")
    parser.add_argument("--no-memory", action="store_true", help="leaves out the peak memory")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in ARCHITECTURES]
    if unknown:
        parser.error(f"there is no architecture {unknown[0]}; take some of {', '.join(ARCHITECTURES)}")
    return arguments


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    transformers.logging.set_verbosity_error()
    java = Java(arguments.java)
    results = {}
    for name in arguments.names or ARCHITECTURES:
        with tempfile.TemporaryDirectory() as folder:
            setting = Checkpoint(
                name=name,
                folder=Path(folder),
                shape=name,
                batch=arguments.batch,
                length=arguments.length,
                targets=speed.ALL_LINEAR,
                attention="sdpa",
                threads=arguments.threads,
            )
            setting.write()
            try:
                result = {"difference": difference(java, setting)}
                result.update(measured(java, setting, arguments))
            except (JavaError, ValueError) as e:
                print(f"{name}: {e}", file=sys.stderr)
                continue
        results[name] = result
        print(name, json.dumps(result), file=sys.stderr)
    rows = [
        (name, f"{result['difference']:.1e}", *(speed.number(k, v) for k, v in list(result.items())[1:]))
        for name, result in results.items()
    ]
    print(*speed.table(HEADER, rows), sep="\n")
    print(json.dumps({"architectures": results}))
    return 0 if len(results) == len(arguments.names or ARCHITECTURES) else 1


if __name__ == "__main__":
    sys.exit(main())
