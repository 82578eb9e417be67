#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""What the comparisons of whole processes share: tables, and how a process is measured."""
import csv
import json
import os
import subprocess
import time
from pathlib import Path

import waiting  # noqa: F401, for the processes that are started here

# Neither torch nor transformers is imported up here: a process begins with the size of the one
# that starts it, as the system counts.

FIRST_STEP = '"event":"step"'
TICKS = os.sysconf("SC_CLK_TCK")


def read(table, *columns):
    """The columns of a table."""
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [[row[column] for row in rows] for column in columns]


def first_rows(table, rows, path):
    """Writes the first rows of a table to a file."""
    with open(table, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as out:
        out.writelines(line for number, line in enumerate(file) if number <= rows)
    return path


def built_in_model(java):
    """The folder of the built-in model."""
    command = list(map(str, [*java, "model"]))
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[-1]


def save_tokenizer(model, folder):
    """Saves the tokenizer of a model folder as HuggingFace has it."""
    from transformers import PreTrainedTokenizerFast

    PreTrainedTokenizerFast(
        tokenizer_file=str(Path(model, "tokenizer.json")),
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        unk_token="[UNK]",
    ).save_pretrained(folder)


def first_step_printer():
    """A callback of transformers' Trainer that prints a line after the first step."""
    from transformers import TrainerCallback

    class FirstStep(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == 1:
                print("{" + FIRST_STEP + "}", flush=True)

    return FirstStep()


def processor_seconds(process):
    """What the threads of a running process have computed so far, in the system and outside."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def started(command):
    """Starts a process, whose output and errors come together."""
    pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    command = list(map(str, command))
    return subprocess.Popen(command, **pipe, encoding="utf-8", errors="replace")


def to_first_step(command):
    """Runs a process up to the end of its first step; its processor seconds until then."""
    process = started(command)
    try:
        lines = []
        for line in process.stdout:
            if FIRST_STEP in line:
                return processor_seconds(process.pid)
            lines.append(line.strip())
        raise RuntimeError(f"{command[0]} ended before a step: {lines[-1:]}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def measured(command):
    """Runs a process, and gives the JSON that it ends with and what it took.

    That is its seconds, its processor seconds, its largest resident size in MiB and, if it
    reports its steps, the processor seconds up to the end of the first one.
    """
    start = time.perf_counter()
    process = started(command)
    lines, took = [], {}
    for line in process.stdout:
        if FIRST_STEP in line and "first_step_cpu_seconds" not in took:
            took["first_step_cpu_seconds"] = processor_seconds(process.pid)
        lines.append(line.strip())
    _, status, usage = os.wait4(process.pid, 0)
    took["seconds"] = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        last = lines[-1] if lines else f"status {process.returncode}"
        raise RuntimeError(f"{command[0]} failed: {last}")
    result = next(json.loads(line) for line in reversed(lines) if line.startswith("{"))
    took["cpu_seconds"] = usage.ru_utime + usage.ru_stime
    took["peak_rss_mib"] = usage.ru_maxrss / 1024
    return {**result, "training_seconds": result.get("seconds"), **took}
