#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares a whole fine-tuning with that of transformers' Trainer and PEFT, each a process.

    finetuning.py --java JAR --train TSV --dev TSV

trains LoRA of rank 8 on all linear layers of the built-in all-MiniLM-L6-v2 for one epoch, on both
sides with the same rows, batch, length and learning rate, interleaved; the dev rows are evaluated at
the end of it. What counts is all from the start of the process to the saved adapter: the seconds,
and the largest resident size that the system tells of the ended process. Prints a Markdown table
and ends with a line of JSON.
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
from statistics import median

RANK = 8
CLASSES = 2

# Neither torch nor transformers is imported up here: a process begins with the size of the one
# that starts it, as the system counts.


def read(table):
    """The texts and labels of a table."""
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["sentence1"] for row in rows], [int(row["label"]) for row in rows]


def prepare(model, folder):
    """Saves HuggingFace's classifier with the weights of a model folder."""
    from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedTokenizerFast

    from interop import hf_model

    config = AutoConfig.from_pretrained(model, num_labels=CLASSES)
    classifier = AutoModelForSequenceClassification.from_config(config)
    classifier.base_model.load_state_dict(hf_model(model).state_dict(), strict=False)
    classifier.save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(Path(model, "tokenizer.json")),
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
    )
    tokenizer.save_pretrained(folder)


def train(arguments):
    """Fine-tunes with transformers' Trainer, and prints the accuracy."""
    from peft import LoraConfig, TaskType, get_peft_model
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)

    def examples(table):
        texts, labels = read(table)
        encoded = tokenizer(texts, truncation=True, max_length=arguments.max_length)
        return [
            {"input_ids": ids, "attention_mask": mask, "labels": label}
            for ids, mask, label in zip(encoded["input_ids"], encoded["attention_mask"], labels)
        ]

    base = AutoModelForSequenceClassification.from_pretrained(arguments.model)
    lora = LoraConfig(
        task_type=TaskType.SEQ_CLS, r=RANK, lora_alpha=RANK, target_modules="all-linear"
    )
    model = get_peft_model(base, lora)
    options = TrainingArguments(
        output_dir=arguments.output,
        num_train_epochs=1,
        per_device_train_batch_size=arguments.batch_size,
        per_device_eval_batch_size=arguments.batch_size,
        learning_rate=arguments.learning_rate,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        dataloader_pin_memory=False,
    )
    trainer = Trainer(
        model=model,
        args=options,
        train_dataset=examples(arguments.train),
        eval_dataset=examples(arguments.dev),
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda p: {
            "accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())
        },
    )
    trainer.train()
    model.save_pretrained(arguments.output)
    measured = [entry for entry in trainer.state.log_history if "eval_accuracy" in entry]
    print(json.dumps({"accuracy": measured[-1]["eval_accuracy"]}))


def measured(command):
    """Runs a process; its seconds, its largest resident size in MiB, and the JSON it ends with."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().decode("utf-8", "replace").strip().splitlines()
    if process.returncode != 0:
        last = lines[-1] if lines else f"status {process.returncode}"
        raise RuntimeError(f"{command[0]} failed: {last}")
    result = next(json.loads(line) for line in reversed(lines) if line.startswith("{"))
    return {**result, "seconds": seconds, "peak_rss_mib": usage.ru_maxrss / 1024}


def accuracy_of(command):
    """The seconds, largest resident size and accuracy of a process."""
    result = measured(command)
    return {key: result[key] for key in ("seconds", "peak_rss_mib", "accuracy")}


def first_rows(table, rows, path):
    with open(table, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as out:
        out.writelines(line for number, line in enumerate(file) if number <= rows)
    return path


def compare(arguments, folder):
    java = ["java", "-jar", arguments.java]
    model = subprocess.run(
        list(map(str, [*java, "model"])), check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    python = [sys.executable, Path(__file__).resolve()]
    classifier = folder / "classifier"
    given = [*python, "--prepare", classifier, "--model", model]
    subprocess.run(list(map(str, given)), check=True, capture_output=True)
    table = first_rows(arguments.train, arguments.rows, folder / "train.tsv")
    same = ["--train", table, "--dev", arguments.dev, "--batch-size", arguments.batch_size]
    same += ["--max-length", arguments.max_length, "--learning-rate", arguments.learning_rate]
    runs_of = {"python": [], "here": []}
    for alternation in range(arguments.alternations):
        output = ["--output", folder / f"python-{alternation}"]
        runs_of["python"].append(accuracy_of([*python, "--peft", "--model", classifier, *same, *output]))
        method = ["--epochs", 1, *arguments.options.split()]
        output = ["--output", folder / f"here-{alternation}"]
        runs_of["here"].append(
            accuracy_of([*java, "finetune", "--model", model, *same, *method, *output])
        )
    return {
        side: {key: median(run[key] for run in runs) for key in runs[0]}
        for side, runs in runs_of.items()
    }


def report(results):
    python, here = results["python"], results["here"]
    print("| one epoch, start to saved adapter | transformers and PEFT | here | here / there |")
    print("|---|---|---|---|")
    for key, name in (("seconds", "seconds"), ("peak_rss_mib", "peak MiB")):
        there = python[key]
        print(f"| {name} | {there:,.1f} | {here[key]:,.1f} | {here[key] / there:.2f} |")
    print(f"| dev accuracy | {python['accuracy']:.3f} | {here['accuracy']:.3f} | |")
    ratios = {
        "seconds_ratio": here["seconds"] / python["seconds"],
        "memory_ratio": here["peak_rss_mib"] / python["peak_rss_mib"],
    }
    numbers = {f"{side}_{key}": x for side in results for key, x in results[side].items()}
    print(json.dumps({key: round(x, 4) for key, x in {**numbers, **ratios}.items()}))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, metavar="JAR", help="the built command line")
    what = "table with the columns label (0, 1) and sentence1"
    parser.add_argument("--train", type=Path, metavar="TSV", help=what)
    parser.add_argument("--dev", type=Path, metavar="TSV", help="the same to evaluate on")
    parser.add_argument("--rows", type=int, default=6000, help="first rows to train on (6000)")
    parser.add_argument("--batch-size", type=int, default=32, help="rows of a batch (32)")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a row (128)")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="(0.001)")
    what = "how often both run; medians are printed (1)"
    parser.add_argument("--alternations", type=int, default=1, metavar="N", help=what)
    what = "method of finetune here (--method lora --rank 8)"
    parser.add_argument("--options", default=f"--method lora --rank {RANK}", help=what)
    # what the processes that this one starts do
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peft", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    missing = [name for name in ("java", "train", "dev") if getattr(arguments, name) is None]
    if missing and not (arguments.prepare or arguments.peft):
        parser.error(f"--{missing[0]} is missing")
    return arguments


def main():
    arguments = parse()
    if arguments.prepare:
        prepare(arguments.model, arguments.prepare)
    elif arguments.peft:
        train(arguments)
    else:
        try:
            with tempfile.TemporaryDirectory() as folder:
                report(compare(arguments, Path(folder)))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as e:
            print(e, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
