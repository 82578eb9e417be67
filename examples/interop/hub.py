"""Compares merged checkpoints in transformers with the outputs of `predict`.

    venv-sentences/bin/python hub.py CHECKPOINT...

Every CHECKPOINT is a folder in HuggingFace's format with expected.safetensors beside the weights,
whose tensors input.<name> the model is run on. A random adapter is added to each, the model with it
is written by `merge --format huggingface`, opened by transformers with the class that its
config.json names, and the outputs are compared with those of `predict`, adapter and model apart.
With --heads, encoders without a head get one that transformers has a class for.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

JAR = Path(__file__).resolve().parent.parent / "target" / "adapters.jar"

# classes that take a new head: what the adapter's head_config.json says, and how many outputs
HEADS = {
    "ForTokenClassification": ("none", 3),
    "ForQuestionAnswering": ("span", 2),
    "ForImageClassification": (None, 3),  # pooling as the type of model needs it
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument(
        "--program", default=f"java -jar {JAR}", help="how the program is started"
    )
    parser.add_argument("--heads", action="store_true", help="also with new heads")
    parser.add_argument("--largest", type=float, default=1e-5, help="relative difference that passes")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    program = arguments.program.split()
    worst = 0.0
    for checkpoint in arguments.checkpoints:
        for head in [None, *heads(checkpoint, arguments.heads)]:
            with tempfile.TemporaryDirectory() as folder:
                name, difference = compare(program, checkpoint, head, Path(folder))
            worst = max(worst, difference)
            print(f"{checkpoint.name:28} {name:36} {difference:.1e}", flush=True)
    print(json.dumps({"largest_difference": worst}))
    sys.exit(0 if worst <= arguments.largest else 1)


def heads(checkpoint, wanted):
    """The new heads that a checkpoint can get."""
    config = json.loads((checkpoint / "config.json").read_text())
    own = config["architectures"][0]
    if not wanted or not own.endswith("Model") or own.endswith("LMHeadModel"):
        return []
    if config["model_type"] in ("vit", "dinov2"):
        return ["ForImageClassification"]
    return ["ForTokenClassification", "ForQuestionAnswering"]


def compare(program, checkpoint, head, folder):
    """Returns the class that transformers opened and the largest relative difference."""
    adapter, merged = folder / "adapter", folder / "merged"
    write_adapter(checkpoint, adapter, head)
    inputs = {
        name.removeprefix("input."): tensor
        for name, tensor in load_file(checkpoint / "expected.safetensors").items()
        if name.startswith("input.")
    }
    save_file({f"input.{name}": tensor for name, tensor in inputs.items()}, folder / "in.safetensors")
    run(program, "predict", "--model", checkpoint, "--adapter", adapter,
        "--input", folder / "in.safetensors", "--output", folder / "out.safetensors")
    run(program, "merge", "--model", checkpoint, "--adapter", adapter,
        "--format", "huggingface", "--output", merged)
    config = json.loads((merged / "config.json").read_text())
    name = config["architectures"][0]
    model, info = getattr(transformers, name).from_pretrained(merged, output_loading_info=True)
    missing = [key for key in info["missing_keys"] if "pooler" not in key]
    if missing or info["mismatched_keys"]:
        raise SystemExit(f"{checkpoint}: {name} misses {missing} {info['mismatched_keys']}")
    with torch.no_grad():
        outputs = model.eval()(**inputs)
    largest = 0.0
    for key, ours in load_file(folder / "out.safetensors").items():
        key = key.removeprefix("output.")
        theirs = outputs[key]
        mask = inputs.get("attention_mask")
        if mask is not None and ours.shape[:2] == mask.shape:
            # what stands at padding means nothing
            mask = mask.bool().reshape(mask.shape + (1,) * (ours.dim() - 2))
            ours, theirs = ours * mask, theirs * mask
        largest = max(largest, ((ours - theirs).abs().max() / theirs.abs().max()).item())
    return name, largest


def write_adapter(checkpoint, folder, head):
    """A LoRA adapter with random factors on every linear layer of the blocks, as PEFT writes it."""
    config = json.loads((checkpoint / "config.json").read_text())
    own = config["architectures"][0]
    model = getattr(transformers, own).from_pretrained(checkpoint)
    base = model.base_model
    prefix = "" if base is model else model.base_model_prefix + "."
    generator = torch.Generator().manual_seed(7)
    tensors, targets = {}, []
    for name, module in base.named_modules():
        linear = isinstance(module, torch.nn.Linear)
        if (linear or type(module).__name__ == "Conv1D") and "pooler" not in name:
            targets.append(prefix + name)
            outs, ins = module.weight.shape if linear else reversed(module.weight.shape)
            a = torch.randn(4, ins, generator=generator) * 0.1
            b = torch.randn(outs, 4, generator=generator) * 0.1
            path = f"base_model.model.{prefix}{name}"
            tensors[path + ".lora_A.weight"] = a
            tensors[path + ".lora_B.weight"] = b
    folder.mkdir()
    settings = {
        "peft_type": "LORA", "r": 4, "lora_alpha": 4, "target_modules": targets,
        "bias": "none", "fan_in_fan_out": config["model_type"] == "gpt2",
    }
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    if head:
        pooling, outputs = HEADS[head]
        pooling = pooling or {"vit": "cls", "dinov2": "cls_mean"}[config["model_type"]]
        width = config["hidden_size" if "hidden_size" in config else "dim"]
        width *= 2 if pooling == "cls_mean" else 1
        tensors["base_model.model.head.weight"] = torch.randn(outputs, width, generator=generator)
        tensors["base_model.model.head.bias"] = torch.randn(outputs, generator=generator)
        (folder / "head_config.json").write_text(json.dumps({"outputs": outputs, "pooling": pooling}))
    save_file(tensors, folder / "adapter_model.safetensors")


def run(program, *words):
    done = subprocess.run([*program, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)


if __name__ == "__main__":
    main()
