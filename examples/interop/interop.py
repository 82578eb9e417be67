#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares adapters of this project with those of HuggingFace PEFT, in both directions.

    interop.py to-java      PEFT trains adapters, Java predicts with them
    interop.py to-python    Java trains adapters, PEFT predicts with them
    interop.py all          both

prints a Markdown table with a line for every comparison, and ends with status 1 unless all are
equal. Both sides have the same weights: HuggingFace's model is filled with the weights
of the model folder, so nothing is downloaded.
"""
import argparse
import inspect
import json
import random
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

import peft
import peft.tuners.boft.layer
import torch
import transformers
from packaging.version import Version
from peft import (
    AdaLoraConfig,
    BOFTConfig,
    HRAConfig,
    IA3Config,
    LoraConfig,
    OFTConfig,
    PeftModel,
    VeraConfig,
    get_peft_model,
)
from safetensors.torch import load_file, save_file
from torch.nn import Conv2d, Linear
from transformers import AutoConfig
from transformers.pytorch_utils import Conv1D

# Both sides compute in float32 (2^-24 = 6e-8) through up to a dozen layers of sums of some hundred
# products in different orders; a wrong formula or a wrong weight shows at 1e-2 or more.
TOLERANCE = 1e-4
STEPS = 5
BOFT = {"boft_block_size": 4, "boft_n_butterfly_factor": 2}
FEEDFORWARD = r".*(output\.dense|c_proj|down_proj|fc2)"

ANY = (Linear, Conv1D, Conv2d)

# PEFT changed its Cayley-Neumann series in 0.18; an older PEFT has the older series only
IS_NEW = Version(peft.__version__) >= Version("0.18.0")
SERIES = ["--map", "neumann", "--series", "last-once" if IS_NEW else "last-twice"]

# Methods that only a newer PEFT has are left out with an older one.
NEWER = {
    "c3a": "C3AConfig",
    "road, 1": "RoadConfig",
    "road, 4": "RoadConfig",
    "psoft": "PsoftConfig",
    "psoft, Neumann": "PsoftConfig",
    "unilora": "UniLoraConfig",
    "unilora, indices saved": "UniLoraConfig",
    "miss": "MissConfig",
    "miss, mini": "MissConfig",
    "shira": "ShiraConfig",
    "beft": "BeftConfig",
}
UNILORA = {"r": 2, "theta_d_length": 512}

# name: configuration and its options, kinds of layers that PEFT adapts so, learning rate
PYTHON_METHODS = {
    "lora": (LoraConfig, {"r": 4}, ANY, 1e-2),
    "lora, DoRA": (LoraConfig, {"r": 4, "use_dora": True}, ANY, 1e-2),
    "lora, rsLoRA": (LoraConfig, {"r": 4, "use_rslora": True}, ANY, 1e-2),
    "lora, PiSSA": (LoraConfig, {"r": 2, "init_lora_weights": "pissa"}, (Linear, Conv1D), 1e-2),
    "lora, OLoRA": (LoraConfig, {"r": 2, "init_lora_weights": "olora"}, (Linear,), 1e-2),
    "adalora": (
        AdaLoraConfig,
        {"init_r": 4, "target_r": 2, "total_step": 10},
        ANY,
        2e-2,
    ),
    "loha": ("LoHaConfig", {"r": 4}, (Linear, Conv2d), 2e-2),
    "loha, effective": ("LoHaConfig", {"r": 4, "use_effective_conv2d": True}, (Linear, Conv2d), 2e-2),
    "lokr": ("LoKrConfig", {"r": 4}, (Linear, Conv2d), 2e-2),
    "lokr, both": ("LoKrConfig", {"r": 4, "decompose_both": True}, (Linear, Conv2d), 2e-2),
    "fourierft": ("FourierFTConfig", {"n_frequency": 64}, (Linear, Conv1D), 1e-1),
    "vblora": ("VBLoRAConfig", {"num_vectors": 16, "vector_length": 16}, (Linear, Conv1D), 5e-2),
    "vblora, weights alone": (
        "VBLoRAConfig",
        {"num_vectors": 16, "vector_length": 16, "save_only_topk_weights": True},
        (Linear, Conv1D),
        5e-2,
    ),
    "miss": ("MissConfig", {"r": 6}, (Linear,), 2e-2),
    "miss, mini": ("MissConfig", {"r": 8, "mini_r": 8, "init_weights": "mini"}, (Linear,), 2e-2),
    "shira": ("ShiraConfig", {"r": 2}, (Linear,), 2e-2),
    "beft": ("BeftConfig", {}, (Linear,), 5e-2),
    "oft": (OFTConfig, {"oft_block_size": 8, "use_cayley_neumann": False}, (Linear, Conv2d), 2e-2),
    "oft, Neumann": (OFTConfig, {"oft_block_size": 8}, (Linear, Conv2d), 2e-2),
    "oft, Neumann of 3 terms": (
        OFTConfig,
        {"oft_block_size": 8, "num_cayley_neumann_terms": 3},
        (Linear, Conv2d),
        2e-2,
    ),
    "boft, 2 factors": (BOFTConfig, BOFT, (Linear, Conv2d), 2e-2),
    "boft, 2 factors on a CPU": (BOFTConfig, BOFT, (Linear, Conv2d), 2e-2),
    "ia3": (IA3Config, {"feedforward_modules": FEEDFORWARD}, ANY, 5e-2),
    "vera": (VeraConfig, {"r": 16}, (Linear, Conv1D), 5e-2),
    "hra": (HRAConfig, {"r": 4}, (Linear, Conv2d), 2e-2),
    "hra, orthonormal vectors": (
        HRAConfig,
        {"r": 3, "apply_GS": True, "init_weights": False},
        (Linear,),
        2e-2,
    ),
    "c3a": ("C3AConfig", {"block_size": 8}, (Linear,), 5e-2),
    "road, 1": ("RoadConfig", {"variant": "road_1", "group_size": 8}, (Linear,), 2e-2),
    "road, 4": ("RoadConfig", {"variant": "road_4", "group_size": 8}, (Linear,), 2e-2),
    "psoft": ("PsoftConfig", {"r": 8, "psoft_alpha": 8}, (Linear,), 2e-2),
    "psoft, Neumann": (
        "PsoftConfig",
        {"r": 8, "psoft_alpha": 8, "use_cayley_neumann": True},
        (Linear,),
        2e-2,
    ),
    "unilora": ("UniLoraConfig", UNILORA, (Linear, Conv1D), 1e-1),
    "unilora, indices saved": (
        "UniLoraConfig",
        {**UNILORA, "save_indices": True},
        (Linear, Conv1D),
        1e-1,
    ),
}

# name: options of finetune
JAVA_METHODS = {
    "lora": ["--method", "lora", "--rank", "4"],
    "lora, DoRA": ["--method", "lora", "--rank", "4", "--dora"],
    "lora, rsLoRA": ["--method", "lora", "--rank", "4", "--rslora"],
    "lora, PiSSA": ["--method", "lora", "--rank", "4", "--init", "pissa"],
    "lora, OLoRA": ["--method", "lora", "--rank", "4", "--init", "olora"],
    "adalora": ["--method", "adalora", "--rank", "4"],
    "loha": ["--method", "loha", "--rank", "4"],
    "lokr": ["--method", "lokr", "--rank", "4"],
    "lokr, both": ["--method", "lokr", "--rank", "4", "--decompose-both"],
    "fourierft": ["--method", "fourierft", "--frequencies", "64"],
    "vblora": ["--method", "vblora", "--vectors", "16", "--vector-length", "16"],
    "miss": ["--method", "miss", "--rank", "6"],
    "miss, mini": ["--method", "miss", "--rank", "8", "--mini-rank", "8"],
    "shira": ["--method", "shira", "--rank", "2"],
    "beft": ["--method", "beft"],
    "oft": ["--method", "oft", "--block-size", "8"],
    "oft, Neumann": ["--method", "oft", "--block-size", "8", *SERIES],
    "oft, Neumann of 3 terms": ["--method", "oft", "--block-size", "8", "--terms", "3", *SERIES],
    "boft": ["--method", "boft", "--block-size", "4"],
    "boft, 2 factors": ["--method", "boft", "--block-size", "4", "--factors", "2"],
    "ia3": ["--method", "ia3"],
    "vera": ["--method", "vera", "--rank", "16"],
    "hra": ["--method", "hra", "--rank", "4"],
    "c3a": ["--method", "c3a", "--block-size", "8"],
    "road, 1": ["--method", "road", "--variant", "road_1", "--group-size", "8"],
    "road, 4": ["--method", "road", "--variant", "road_4", "--group-size", "8"],
    "psoft": ["--method", "psoft", "--rank", "8"],
    "psoft, Neumann": ["--method", "psoft", "--rank", "8", "--map", "neumann"],
    "unilora": ["--method", "unilora", "--rank", "2", "--vector-length", "512"],
}


def compared(methods, chosen):
    """The methods of a table that this PEFT has, only those chosen if any are."""
    unknown = set(chosen or []) - set(PYTHON_METHODS) - set(JAVA_METHODS)
    if unknown:
        raise SystemExit(f"There is no method {', '.join(sorted(unknown))} in the tables")
    return [
        name
        for name in methods
        if (not chosen or name in chosen) and (name not in NEWER or hasattr(peft, NEWER[name]))
    ]


class JavaError(Exception):
    """The command line ended with an error; the message is its line."""


class Java:
    """The project's command line."""

    def __init__(self, jar):
        self.jar = jar

    def run(self, *arguments):
        command = ["java", "-jar", str(self.jar), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise JavaError((done.stderr.strip() or f"status {done.returncode}").splitlines()[-1])
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def predict(self, model, inputs, *options):
        with tempfile.TemporaryDirectory() as folder:
            given, result = Path(folder, "in.safetensors"), Path(folder, "out.safetensors")
            save_file({f"input.{name}": tensor for name, tensor in inputs.items()}, given)
            self.run("predict", "--model", model, *options, "--input", given, "--output", result)
            return {k.removeprefix("output."): v for k, v in load_file(result).items()}


@dataclass(frozen=True)
class Row:
    """What came of one comparison."""

    direction: str
    model: str
    method: str
    way: str
    effect: float = 0.0  # how much the adapter changes the outputs, relative to the largest
    absolute: float = 0.0
    relative: float = 0.0
    problem: str = ""

    @property
    def verdict(self):
        if self.problem:
            return self.problem
        if self.effect < 10 * TOLERANCE:
            return "says nothing: the adapter has no effect"
        return "equal" if self.relative <= TOLERANCE else "DIFFERENT"

    def __str__(self):
        measured = (self.effect, self.absolute, self.relative)
        numbers = ["" if self.problem else f"{x:.1e}" for x in measured]
        cells = [self.direction, self.model, self.method, self.way, *numbers, self.verdict]
        return f"| {' | '.join(cells)} |"


HEADER = (
    "| trained in → run in | model | method | run | effect of the adapter | largest difference "
    "| relative | verdict |\n|---|---|---|---|---|---|---|---|"
)


def archive_of(model):
    """The TorchScript archive of a model folder, None for a checkpoint."""
    archives = list(Path(model).glob("*.pt"))
    return torch.jit.load(str(archives[0]), map_location="cpu") if archives else None


def tensors_of(model):
    """The weights of a model folder by the names that HuggingFace has for them."""
    archive = archive_of(model)
    if archive is None:
        return load_file(Path(model) / "model.safetensors")
    tensors = dict([*archive.named_parameters(), *archive.named_buffers()])
    return {name.removeprefix("model."): t.detach() for name, t in tensors.items()}


def inputs_of(model):
    """The names of the inputs of a model folder."""
    archive = archive_of(model)
    if archive is None:
        return ["input_ids", "attention_mask", "token_type_ids"]
    return [argument.name for argument in archive.forward.schema.arguments[1:]]


def hf_model(model):
    """HuggingFace's model of a model folder, with the weights there."""
    config = AutoConfig.from_pretrained(model)
    model_class = getattr(transformers, config.architectures[0])
    tensors = tensors_of(model)
    options = {}
    if "add_pooling_layer" in inspect.signature(model_class).parameters:
        options["add_pooling_layer"] = any("pooler." in name for name in tensors)
    built = model_class(config, **options)
    built.load_state_dict(tensors, strict=False)
    built.tie_weights()
    missing = {name for name, _ in built.named_parameters()} - set(tensors)
    if missing:
        raise ValueError(f"{model}: the folder has no {', '.join(sorted(missing))}")
    return built.eval()


def random_inputs(model):
    """Two rows of random inputs, the second padded if it is text."""
    config = AutoConfig.from_pretrained(model)
    generator = torch.Generator().manual_seed(1)
    tokens = (2, 11)
    inputs = {}
    for name in inputs_of(model):
        if name == "pixel_values":
            size = getattr(config, "image_size", 64)
            shape = (2, config.num_channels, size, size)
            inputs["pixel_values"] = torch.randn(shape, generator=generator)
        elif name == "input_ids":
            inputs["input_ids"] = torch.randint(5, config.vocab_size, tokens, generator=generator)
        elif name == "attention_mask":
            inputs["attention_mask"] = torch.ones(tokens, dtype=torch.int64)
            inputs["attention_mask"][1, -3:] = 0
        else:
            inputs[name] = torch.zeros(tokens, dtype=torch.int64)
    return inputs


@torch.no_grad()
def outputs(model, inputs):
    return {k: v for k, v in model(**inputs).items() if isinstance(v, torch.Tensor)}


def compare(expected, actual, base):
    """The effect of an adapter, and the absolute and relative difference of two results."""
    shared = [name for name in expected if name in actual]
    if not shared:
        raise ValueError(f"outputs {', '.join(expected)} and {', '.join(actual)}: none in common")
    scale = max(float(expected[name].abs().max()) for name in shared)
    effect = max(float((expected[name] - base[name]).abs().max()) for name in shared)
    difference = max(float((expected[name] - actual[name]).abs().max()) for name in shared)
    return effect / scale, difference, difference / scale


def allow_butterflies_on_cpu(allowed=True):
    """PEFT runs several butterfly factors only with a CUDA extension: puts torch in its place."""

    class BlockDiagonal:
        @staticmethod
        def apply(blocks):
            return torch.stack([torch.block_diag(*row) for row in blocks])

    peft.tuners.boft.layer.get_fbd_cuda = lambda: allowed
    peft.tuners.boft.layer.FastBlockDiag = BlockDiagonal


def targets(model, method, layers):
    """The paths of the layers that PEFT adapts by a method and runs as it merges them."""
    head = model.get_output_embeddings()
    paths = []
    for path, module in model.named_modules():
        if not isinstance(module, layers) or module is head:
            continue
        # PEFT's forward of a convolution wider than 1x1 with OFT is another map than its merge
        is_wide = isinstance(module, Conv2d) and module.kernel_size != (1, 1)
        if method.startswith("oft") and is_wide:
            continue
        # two butterfly factors need an even number of blocks
        if method.startswith("boft") and module.weight[0].numel() % (2 * BOFT["boft_block_size"]) != 0:
            continue
        paths.append(path)
    return paths


def train(adapted, inputs, rate):
    """A few steps towards random outputs."""
    generator = torch.Generator().manual_seed(2)
    optimizer = torch.optim.AdamW([p for p in adapted.parameters() if p.requires_grad], lr=rate)
    wanted = torch.randn(adapted(**inputs)[0].shape, generator=generator)
    for _ in range(STEPS):
        output = adapted(**inputs)[0]
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(output, wanted).backward()
        optimizer.step()
    adapted.eval()


def to_java(java, model, work, chosen):
    """Trains every method in PEFT, and compares with what Java predicts."""
    inputs = random_inputs(model)
    base = outputs(hf_model(model), inputs)
    for method in compared(PYTHON_METHODS, chosen):
        config, options, layers, rate = PYTHON_METHODS[method]
        config = getattr(peft, config) if isinstance(config, str) else config
        built = hf_model(model)
        paths = targets(built, method, layers)
        if not paths:
            continue
        torch.manual_seed(0)
        allow_butterflies_on_cpu(not method.endswith("on a CPU"))
        adapted = get_peft_model(built, config(target_modules=paths, **options))
        train(adapted, inputs, rate)
        expected = outputs(adapted, inputs)
        folder = work / "from-python" / model.name / method.replace(", ", "-")
        adapted.save_pretrained(folder)
        for way, flags in {"adapter": [], "merged": ["--merged"]}.items():
            row = ("PEFT → Java", model.name, method, way)
            try:
                actual = java.predict(model, inputs, "--adapter", folder, *flags)
                yield Row(*row, *compare(expected, actual, base))
            except JavaError as e:
                yield Row(*row, problem=str(e))


def random_texts(classes):
    """The lines of a data file: random labels and texts of random letters."""
    chance = random.Random(3)
    texts = (" ".join(chance.choices(ascii_lowercase, k=12)) for _ in range(32))
    return ["label\tsentence1", *(f"class{i % classes}\t{text}" for i, text in enumerate(texts))]


@torch.no_grad()
def with_new_head(result, adapter, mask):
    """Adds the logits of a head that Java put on a model without one; PEFT knows none such."""
    config = adapter / "head_config.json"
    if not config.exists():
        return result
    head = load_file(adapter / "adapter_model.safetensors")
    hidden = result["last_hidden_state"]
    if json.loads(config.read_text())["pooling"] == "mean":
        weights = mask.unsqueeze(-1).float()
        pooled = (hidden * weights).sum(1) / weights.sum(1)
    else:
        pooled = hidden[:, 0]
    weight, bias = (head[f"base_model.model.head.{name}"] for name in ("weight", "bias"))
    return {**result, "logits": torch.nn.functional.linear(pooled, weight, bias)}


def java_adapter(java, model, method, work):
    """Trains an adapter in Java, and gives its folder."""
    folder = work / "from-java" / model.name
    folder.mkdir(parents=True, exist_ok=True)
    data, output = folder / "train.tsv", folder / method.replace(", ", "-")
    data.write_text("\n".join(random_texts(AutoConfig.from_pretrained(model).num_labels)), "utf-8")
    files = ["--train", data, "--dev", data, "--output", output]
    options = [*JAVA_METHODS[method], "--epochs", 2, "--no-resume", "--overwrite"]
    java.run("finetune", "--model", model, *files, *options)
    return output


def peft_model(model, adapter):
    """Loads an adapter in PEFT, and refuses what PEFT only warns of."""
    allow_butterflies_on_cpu()
    serious = "Found missing adapter keys|Unexpected keyword|The cayley-neumann"
    with warnings.catch_warnings():
        warnings.filterwarnings("error", serious)
        return PeftModel.from_pretrained(hf_model(model), adapter).eval()


def to_python(java, model, work, chosen):
    """Trains every method in Java, and compares its predictions with PEFT's."""
    inputs = random_inputs(model)
    base = outputs(hf_model(model), inputs)
    for method in compared(JAVA_METHODS, chosen):
        row = ("Java → PEFT", model.name, method)
        try:
            adapter = java_adapter(java, model, method, work)
            expected = java.predict(model, inputs, "--adapter", adapter)
            adapted = peft_model(model, adapter)
        except (JavaError, UserWarning, ValueError, KeyError, RuntimeError) as e:
            yield Row(*row, "", problem=f"{type(e).__name__}: {e}".splitlines()[0])
            continue
        mask = inputs.get("attention_mask")
        changed = with_new_head(base, adapter, mask)
        for way in ("adapter", "merged"):
            running = adapted if way == "adapter" else adapted.merge_and_unload()
            actual = with_new_head(outputs(running, inputs), adapter, mask)
            yield Row(*row, way, *compare(expected, actual, changed))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("direction", choices=["to-java", "to-python", "all"])
    what = "folder with <name>.pt and config.json (default: the built-in all-MiniLM-L6-v2)"
    parser.add_argument("--model", type=Path, action="append", metavar="DIR", help=what)
    jar = Path(__file__).parents[1] / "target" / "adapters.jar"
    parser.add_argument("--jar", type=Path, default=jar, help="the built command line")
    what = "compare only this method of the tables above (again for more)"
    parser.add_argument("--method", action="append", metavar="NAME", help=what)
    parser.add_argument("--work", type=Path, help="folder to keep the adapters in")
    arguments = parser.parse_args()

    java = Java(arguments.jar)
    models = arguments.model or [Path(java.run("model"))]
    print(f"PEFT {peft.__version__}, transformers {transformers.__version__}\n\n{HEADER}")
    equal = True
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.work or Path(temporary)
        for model in models:
            for name, direction in {"to-java": to_java, "to-python": to_python}.items():
                if arguments.direction in (name, "all"):
                    for row in direction(java, model, work, arguments.method):
                        print(row, flush=True)
                        equal = equal and row.verdict == "equal"
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
