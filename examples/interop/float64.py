"""Computes in float64 what PEFT's checkpoints with PSOFT compute, and writes it beside their outputs.

    venv-sentences/bin/python float64.py CHECKPOINT...

Every CHECKPOINT is a folder like those in integration-tests/src/test/resources/checkpoints: an adapter
of PEFT for the tiny BERT classifier, and expected.safetensors with inputs and outputs. The weights
W' = W + U diag(S) (R - I) V' are made by NumPy from the formulas, the model is transformers' in float64,
so nothing is shared with PEFT or with this project. Which of each pair of singular vectors and its
negative PEFT took can't be known from its file; PyTorch's float32 decomposition tells, and the outputs
that were recorded show that it is right. The new tensor is `output_float64.logits`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

RESOURCES = Path(__file__).resolve().parents[2] / "adapter-block/src/test/resources/models"
BASE = RESOURCES / "tiny-bert-classifier"
PREFIX = "base_model.model."
MARK = ".psoft_R."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", nargs="+", type=Path)
    model = classifier()
    base = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    for checkpoint in parser.parse_args().checkpoints:
        path = checkpoint / "expected.safetensors"
        expected = load_file(path)
        inputs = {k[len("input."):]: v for k, v in expected.items() if k.startswith("input.")}
        config = json.loads((checkpoint / "adapter_config.json").read_text())
        weights = dict(base)
        for module, values in adapters(checkpoint).items():
            name = module + ".weight"
            weights[name] = adapted(base[name], config, values)
        model.load_state_dict({name: torch.from_numpy(w) for name, w in weights.items()})
        with torch.no_grad():
            logits = model(**inputs).logits
        difference = (logits - expected["output.logits"]).abs().max().item()
        print(f"{checkpoint.name:40} PEFT differs by {difference:.1e}")
        if difference > 2e-5:
            raise SystemExit("PEFT took other vectors, or computes another formula.")
        save_file({**expected, "output_float64.logits": logits}, path)


def classifier():
    """The model in float64, with the weights of its TorchScript export."""
    fields = json.loads((BASE / "config.json").read_text())
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**fields))
    state = torch.jit.load(BASE / "tiny-bert-classifier.pt").state_dict()
    state = {name.removeprefix("model."): value for name, value in state.items()}
    missing = model.load_state_dict(state, strict=False).missing_keys
    assert not missing, missing
    return model.double().eval()


def adapters(checkpoint):
    """The parameters of every adapted module."""
    modules = {}
    for name, value in load_file(checkpoint / "adapter_model.safetensors").items():
        module, parameter = name.removeprefix(PREFIX).split(MARK)
        modules.setdefault(module, {})[parameter] = value.double().numpy()
    return modules


def adapted(weight, config, values):
    """W + U diag(S) (R - I) V', or with the root of S on either side."""
    rank = config["r"]
    left, singular, right = np.linalg.svd(weight)
    left, singular, right = left[:, :rank], singular[:rank], right[:rank]
    theirs = torch.linalg.svd(torch.from_numpy(weight).float(), full_matrices=False)[0]
    signs = np.sign((theirs[:, :rank].double().numpy() * left).sum(axis=0))
    left, right = left * signs, right * signs[:, None]
    both = config["ab_svd_init"] == "pissa_init"
    outer = np.diag(np.sqrt(singular) if both else singular)
    inner = np.diag(np.sqrt(singular)) if both else np.eye(rank)
    return weight + left @ outer @ (middle(config, values) - np.eye(rank)) @ inner @ right


def middle(config, values):
    """diag(b) R diag(a)."""
    rank = config["r"]
    matrix = values["weight"]
    if config["psoft_orth"]:
        skew = np.zeros((rank, rank))
        skew[np.triu_indices(rank, 1)] = matrix
        skew -= skew.T
        matrix = series(skew, config) if config["use_cayley_neumann"] else cayley(skew)
    outer = values.get("vector_b", np.ones(rank))
    inner = values.get("vector_a", np.ones(rank))
    return outer[:, None] * matrix * inner[None, :]


def cayley(skew):
    eye = np.eye(len(skew))
    return (eye + skew) @ np.linalg.inv(eye - skew)


def series(skew, config):
    """The beginning of Cayley's series as PEFT adds it: its last term counts once, and comes after S^2."""
    bound = config["cayley_neumann_eps"]
    norm = np.linalg.norm(skew)
    if bound is not None and norm > bound:
        skew = skew * (bound / norm)
    terms = config["num_cayley_neumann_terms"]
    power = skew @ skew
    total = np.eye(len(skew)) + 2 * skew + 2 * power
    for _ in range(3, terms - 1):
        power = power @ skew
        total += 2 * power
    return total + power @ skew


if __name__ == "__main__":
    main()
