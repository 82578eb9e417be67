#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Exports a HuggingFace model to a folder that DJL loads.

    export_model.py MODEL OUTPUT

MODEL is a folder or the id of a model on the HuggingFace hub. OUTPUT becomes

    <name>.pt           the traced model; parameters are named model.<HuggingFace's name>
    config.json         the model's configuration
    tokenizer.json      (text) with tokenizer_config.json
    serving.properties  the options that DJL reads

With --strip the archive is written without the contents of the model's parameters, which leaves
the program: someone else has to supply the weights. The archive of all-MiniLM-L6-v2 in this
project was made from the model's config.json and tokenizer.json alone, by

    export_model.py FOLDER OUTPUT --name all-MiniLM-L6-v2 --max-length 256 \\
        --random-weights --no-pooler --strip
"""
import argparse
import inspect
import os
import pickle
import shutil
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoTokenizer

TRACED_SENTENCE = "Trace a sentence that is not too short, please."


class ModelWrapper(torch.nn.Module):
    """Calls a model by argument names; its outputs are a dictionary of tensors."""

    def __init__(self, model, arguments):
        super().__init__()
        self.model = model
        self.arguments = arguments
        cached = "use_cache" in inspect.signature(model.forward).parameters
        self.options = {"use_cache": False} if cached else {}

    def call(self, *tensors):
        inputs = dict(zip(self.arguments, tensors))
        output = self.model(**inputs, **self.options, return_dict=True)
        return OrderedDict((k, v) for k, v in output.items() if isinstance(v, torch.Tensor))


# A trace takes its argument names from the signature of forward.


class TextWrapper(ModelWrapper):
    def forward(self, input_ids, attention_mask):
        return self.call(input_ids, attention_mask)


class TypedTextWrapper(ModelWrapper):
    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.call(input_ids, attention_mask, token_type_ids)


class VisionWrapper(ModelWrapper):
    def forward(self, pixel_values):
        return self.call(pixel_values)


def load_model(source, random_weights, pooler):
    config = AutoConfig.from_pretrained(source)
    model_class = getattr(transformers, config.architectures[0])
    options = {} if pooler else {"add_pooling_layer": False}
    if random_weights:
        torch.manual_seed(0)
        model = model_class(config, **options)
    else:
        model = model_class.from_pretrained(source, **options)
    return model.eval()


def load_tokenizer(source, model):
    is_text = model.main_input_name == "input_ids"
    return AutoTokenizer.from_pretrained(source, use_fast=True) if is_text else None


def save_tokenizer(tokenizer, output):
    for file in map(Path, tokenizer.save_pretrained(output)):
        if file.exists() and file.name not in ("tokenizer.json", "tokenizer_config.json"):
            file.unlink()


def example_inputs(model, tokenizer):
    """Inputs to trace with, in the order of the arguments: two rows, one of them padded."""
    if model.main_input_name == "pixel_values":
        size = getattr(model.config, "image_size", 224)
        channels = getattr(model.config, "num_channels", 3)
        return OrderedDict(pixel_values=torch.rand(2, channels, size, size))
    ids = tokenizer(TRACED_SENTENCE, return_tensors="pt")["input_ids"].repeat(2, 1)
    mask = torch.ones_like(ids)
    mask[1, -2:] = 0
    inputs = OrderedDict(input_ids=ids, attention_mask=mask)
    if "token_type_ids" in tokenizer.model_input_names:
        inputs["token_type_ids"] = torch.zeros_like(ids)
    return inputs


def trace(model, inputs):
    wrapper_class = {1: VisionWrapper, 2: TextWrapper, 3: TypedTextWrapper}[len(inputs)]
    wrapper = wrapper_class(model, list(inputs))
    with torch.no_grad():
        return torch.jit.trace(wrapper, tuple(inputs.values()), strict=False)


def serving_properties(name, architecture, inputs, max_length):
    lines = ["engine=PyTorch", f"option.modelName={name}", "option.mapLocation=true"]
    text = "ai.djl.huggingface.translator."
    if architecture.endswith("ForImageClassification"):
        factory = "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory"
    elif architecture.endswith("ForTokenClassification"):
        factory = text + "TokenClassificationTranslatorFactory"
    elif architecture.endswith("ForSequenceClassification"):
        factory = text + "TextClassificationTranslatorFactory"
    elif "input_ids" in inputs and "For" not in architecture and "LMHead" not in architecture:
        factory = text + "TextEmbeddingTranslatorFactory"
        lines.append("padding=true")
    else:
        factory = None
    if max_length:
        lines.append(f"maxLength={max_length}")
    if "token_type_ids" in inputs:
        lines.append("includeTokenTypes=true")
    if factory:
        lines.append(f"translatorFactory={factory}")
    return "\n".join(lines) + "\n"


class ArchiveUnpickler(pickle.Unpickler):
    """Reads data.pkl of a TorchScript archive; a tensor becomes the key of its storage."""

    def persistent_load(self, pid):
        return pid[2]

    def find_class(self, module, name):
        if module == "torch._utils" and name.startswith("_rebuild"):
            return lambda storage, *_: storage
        if module.startswith("__torch__"):
            return type(name, (), {})
        return OrderedDict if name == "OrderedDict" else object


def storage_key(root, name):
    value = root
    for attribute in name.split("."):
        value = value.__dict__[attribute]
    return value


def strip(archive, parameter_names):
    """Removes the parameters' contents, what was recorded of the inputs, and debug information."""
    temporary = archive.with_suffix(".tmp")
    with zipfile.ZipFile(archive) as full, zipfile.ZipFile(temporary, "w") as stripped:
        root = full.namelist()[0].split("/")[0]
        with full.open(f"{root}/data.pkl") as file:
            objects = ArchiveUnpickler(file).load()
        removed = {f"{root}/data/{storage_key(objects, name)}" for name in parameter_names}
        for name in full.namelist():
            if name in removed or name.endswith(".debug_pkl") or "/traced_inputs" in name:
                continue
            entry = zipfile.ZipInfo(name)  # its fixed date makes the file reproducible
            entry.compress_type = zipfile.ZIP_DEFLATED
            stripped.writestr(entry, full.read(name))
    os.replace(temporary, archive)


def export(source, output, name, max_length, random_weights, pooler, stripped):
    output.mkdir(parents=True, exist_ok=True)
    model = load_model(source, random_weights, pooler)
    tokenizer = load_tokenizer(source, model)
    if tokenizer is not None:
        save_tokenizer(tokenizer, output)  # before its first call, which resets some settings
    inputs = example_inputs(model, tokenizer)
    traced = trace(model, inputs)
    archive = output / f"{name}.pt"
    traced.save(str(archive))
    if stripped:
        strip(archive, [parameter for parameter, _ in traced.named_parameters()])

    if os.path.isdir(source):
        shutil.copyfile(Path(source, "config.json"), output / "config.json")
    else:
        model.config.save_pretrained(output)
    properties = serving_properties(name, type(model).__name__, inputs, max_length)
    (output / "serving.properties").write_text(properties, encoding="utf-8")
    print(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("model", help="folder, or id on the HuggingFace hub")
    parser.add_argument("output", type=Path, help="folder to write")
    parser.add_argument("--name", help="name of the archive (default: the model's)")
    parser.add_argument("--max-length", type=int, help="(text) tokens kept of a longer input")
    parser.add_argument("--random-weights", action="store_true", help="only config.json is read")
    parser.add_argument("--no-pooler", action="store_true", help="leave out BERT's pooling layer")
    parser.add_argument("--strip", action="store_true", help="leave out the parameters' contents")
    arguments = parser.parse_args()
    export(
        arguments.model,
        arguments.output,
        arguments.name or Path(arguments.model.rstrip("/")).name,
        arguments.max_length,
        arguments.random_weights,
        not arguments.no_pooler,
        arguments.strip,
    )


if __name__ == "__main__":
    main()
