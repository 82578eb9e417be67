#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains on more rows than one wants in memory, here and in transformers: memory, first step, speed.

    large.py make --texts TABLE --output FOLDER [--rows N]
    large.py run --java JAR --data FOLDER [--steps N] [--runs NAME ...]

`make` joins texts of a table with labels to rows of about 25 words, and writes them as TSV, JSON
Lines and Parquet. `run` trains LoRA of rank 1 on the built-in MiniLM in float32, 32 rows of at most
64 tokens a step: `finetune` on each of the files, and the Trainer of transformers with PEFT on the
TSV file, tokenized by `map` before training or as it is read (`streaming`). Examples a second are
those after the first step. Prints a Markdown table.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import waiting  # noqa: F401, before torch

from processes import built_in_model, save_tokenizer, started

BATCH, LENGTH, SEED = 32, 64, 17
FORMS = ("tsv", "jsonl", "parquet")
THERE = ("map", "streaming")
STEP = '"event":"step"'


def make(arguments):
    """Joins texts by their places, always the same way."""
    import pyarrow
    import pyarrow.parquet

    with open(arguments.texts, encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels, texts = [], []
    for row in range(arguments.rows):
        text, place = table[row * 7919 % len(table)]["sentence1"], row * 15485863
        while len(text.split()) < 14 + row * 37 % 13:
            place += 32452843 + row // len(table)
            text += " " + table[place % len(table)]["sentence1"]
        labels.append(table[row * 7919 % len(table)]["label"])
        texts.append(text)
    folder = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    for name, step in ("rows.tsv", 1), ("dev.tsv", 1000):
        lines = [f"{label}\t{text}\n" for label, text in zip(labels[::step], texts[::step])]
        (folder / name).write_text("label\tsentence1\n" + "".join(lines), encoding="utf-8")
    with open(folder / "rows.jsonl", "w", encoding="utf-8") as file:
        for label, text in zip(labels, texts):
            file.write(json.dumps({"label": label, "sentence1": text}) + "\n")
    columns = pyarrow.table({"label": labels, "sentence1": texts})
    pyarrow.parquet.write_table(columns, folder / "rows.parquet", row_group_size=20000)


def here(arguments, form, folder):
    """The command that trains on a file of a form."""
    options = {
        "model": "builtin:all-MiniLM-L6-v2",
        "train": arguments.data / f"rows.{form}",
        "dev": arguments.data / "dev.tsv",
        "output": folder / form,
        "method": "lora",
        "rank": 1,
        "targets": "query,value",
        "batch-size": BATCH,
        "max-length": LENGTH,
        "precision": "float32",
        "max-steps": arguments.steps,
        "seed": SEED,
    }
    pairs = [(f"--{name}", value) for name, value in options.items()]
    java = ["java", *arguments.java_option, "-jar", arguments.java]
    return [*java, "finetune", *(word for pair in pairs for word in pair), "--json"]


def there(arguments, way, folder):
    """The command that trains in transformers."""
    options = ["--data", arguments.data, "--steps", arguments.steps, "--model", folder / "model"]
    return [sys.executable, __file__, "train", way, *options]


def prepare(arguments):
    """Saves the built-in model as transformers has it, in a process of its own."""
    from interop import hf_model

    model = built_in_model(["java", "-jar", arguments.java])
    hf_model(model).save_pretrained(arguments.model)
    save_tokenizer(model, arguments.model)


def train(arguments):
    """Trains in transformers, in a process of its own."""
    from datasets import load_dataset
    from peft import LoraConfig, TaskType, get_peft_model
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
    )

    class Steps(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            print("{%s,\"step\":%d}" % (STEP, state.global_step), flush=True)

    streaming = arguments.way == "streaming"
    file = str(arguments.data / "rows.tsv")
    options = {"delimiter": "\t", "quoting": csv.QUOTE_NONE, "split": "train"}
    rows = load_dataset("csv", data_files=file, streaming=streaming, **options)
    with open(file, encoding="utf-8") as table:
        next(table)
        classes = sorted({line.split("\t", 1)[0] for line in table})
    number = {label: index for index, label in enumerate(classes)}
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)

    def encode(batch):
        encoded = tokenizer(batch["sentence1"], truncation=True, max_length=LENGTH)
        return {**encoded, "labels": [number[label] for label in batch["label"]]}

    rows = rows.map(encode, batched=True, remove_columns=["label", "sentence1"])
    if streaming:
        rows = rows.shuffle(seed=SEED, buffer_size=1000)
    model = AutoModelForSequenceClassification.from_pretrained(
        arguments.model, num_labels=len(classes)
    )
    lora = LoraConfig(
        task_type=TaskType.SEQ_CLS, r=1, lora_alpha=1, target_modules=["query", "value"]
    )
    settings = TrainingArguments(
        output_dir=str(arguments.model / "output"),
        max_steps=arguments.steps,
        per_device_train_batch_size=BATCH,
        group_by_length=not streaming,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
        seed=SEED,
    )
    trainer = Trainer(
        get_peft_model(model, lora),
        settings,
        train_dataset=rows,
        data_collator=DataCollatorWithPadding(tokenizer),
        callbacks=[Steps()],
    )
    trainer.train()


def measured(command):
    """Runs a process: peak MiB, seconds to the first step and examples a second after it."""
    start = time.perf_counter()
    process = started(command)
    lines, steps = [], []
    for line in process.stdout:
        lines.append(line.strip())
        if STEP in line:
            step = json.loads(line[line.index("{") :])["step"]
            steps.append((time.perf_counter() - start, step))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or len(steps) < 2:
        raise RuntimeError(f"{command[0]} failed: {lines[-3:]}")
    (first, low), (last, high) = steps[0], steps[-1]
    return usage.ru_maxrss / 1024, first, (high - low) * BATCH / (last - first)


def run(arguments):
    print("| | peak MiB | seconds to the first step | examples a second |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if set(arguments.runs) & set(THERE):
            options = ["--java", arguments.java, "--model", folder / "model"]
            subprocess.run([sys.executable, __file__, "prepare", *options], check=True)
        for way in arguments.runs:
            command = (there if way in THERE else here)(arguments, way, folder)
            peak, first, speed = measured(command)
            where = "transformers" if way in THERE else "here"
            print(f"| {where}, {way} | {peak:.0f} | {first:.1f} | {speed:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("make")
    command.set_defaults(do=make)
    command.add_argument("--texts", type=Path, required=True)
    command.add_argument("--output", type=Path, required=True)
    command.add_argument("--rows", type=int, default=200_000)
    command = commands.add_parser("run")
    command.set_defaults(do=run)
    command.add_argument("--java", type=Path, required=True)
    command.add_argument("--java-option", action="append", default=[], help="such as -Xmx256m")
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--steps", type=int, default=300)
    command.add_argument("--runs", nargs="+", choices=FORMS + THERE, default=FORMS + THERE)
    command = commands.add_parser("prepare")
    command.set_defaults(do=prepare)
    command.add_argument("--java", type=Path, required=True)
    command.add_argument("--model", type=Path, required=True)
    command = commands.add_parser("train")
    command.set_defaults(do=train)
    command.add_argument("way", choices=THERE)
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--model", type=Path, required=True)
    command.add_argument("--steps", type=int, required=True)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
