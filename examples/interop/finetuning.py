#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares a whole fine-tuning with the same in Python, each a process.

    finetuning.py --java JAR --job text --train TSV --dev TSV
    finetuning.py --java JAR --job search --train PAIRS --dev PAIRS --corpus CORPUS
    finetuning.py --java JAR --job images --model DIR --train IMAGES --dev IMAGES

trains LoRA of rank 8 on all linear layers, on both sides with the same examples, batch, length and
learning rate, interleaved; dev is evaluated at the end of it. Python trains texts and images with
transformers' Trainer and PEFT, and for search with sentence-transformers and PEFT. What counts is
all from the start of the process to the saved adapter: the seconds, the examples a second, the
seconds of the processor and the largest resident size, as the system tells them of the ended
process. Prints a Markdown table and ends with a line of JSON.

Either side can have several precisions, all interleaved: Python float32, float32 under autocast to
bfloat16, and base weights in bfloat16 with float32 adapters and heads (--precision), here float32
and bfloat16 (--here-precision). The fastest of a side is its best.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import search
from processes import (
    built_in_model,
    first_rows,
    first_step_printer,
    measured,
    read,
    save_tokenizer,
    to_first_step,
)

RANK = 8
EVALUATION_BATCH = 64  # as here
WARM_UP = 0.06  # as here
IMAGE_SIZE = 98
FLOAT32, AUTOCAST, BFLOAT16 = "float32", "autocast", "bfloat16"
# side: its precisions
PRECISIONS = {"python": (FLOAT32, AUTOCAST, BFLOAT16), "here": (FLOAT32, BFLOAT16)}

# Neither torch nor transformers is imported up here: a process begins with the size of the one
# that starts it, as the system counts.


@dataclass(frozen=True)
class Job:
    """What is trained, unless the options say otherwise."""

    name: str
    python: str
    needs: tuple[str, ...]
    metrics: tuple[str, ...]
    rows: int = 0
    epochs: int = 1
    max_length: int = 0


TRAINER = "transformers and PEFT"
NEEDED = ("java", "train", "dev")
JOBS = {
    job.name: job
    for job in (
        Job("text", TRAINER, NEEDED, ("accuracy",), rows=6000, max_length=128),
        Job(
            "search",
            "sentence-transformers and PEFT",
            (*NEEDED, "corpus"),
            ("recall@1", "mrr@10"),
            rows=4000,
            max_length=96,
        ),
        Job("images", TRAINER, (*NEEDED, "model"), ("accuracy",), epochs=2),
    )
}
SEARCH_METHOD = "lora, rank 8"

# key: name and digits of what is compared
ROWS = {
    "seconds": ("seconds", 1),
    "examples_per_second": ("training examples a second", 1),
    "training_seconds": ("seconds of training and evaluation alone", 1),
    "cpu_seconds": ("processor seconds", 1),
    "first_step_cpu_seconds": ("processor seconds to the end of the first step", 2),
    "peak_rss_mib": ("peak MiB", 0),
    "adapter_parameters": ("parameters of the adapter", 0),
}


def prepare(arguments):
    """Saves HuggingFace's classifier with the weights of a model folder."""
    from transformers import (
        AutoConfig,
        AutoModelForImageClassification,
        AutoModelForSequenceClassification,
    )

    from interop import hf_model

    model, folder = arguments.model, arguments.prepare
    is_text = arguments.job == "text"
    classes = 2 if is_text else len(classes_of(arguments.train))
    config = AutoConfig.from_pretrained(model, num_labels=classes)
    kind = AutoModelForSequenceClassification if is_text else AutoModelForImageClassification
    classifier = kind.from_config(config)
    classifier.base_model.load_state_dict(hf_model(model).state_dict(), strict=False)
    classifier.save_pretrained(folder)
    if is_text:
        save_tokenizer(model, folder)


def classes_of(images):
    """The labels of an image folder."""
    return sorted(folder.name for folder in images.iterdir() if folder.is_dir())


def lora_on(base, config, precision):
    """The base with LoRA. What trains is float32 in any precision."""
    import torch
    from peft import get_peft_model

    if precision != BFLOAT16:
        return get_peft_model(base, config)
    model = get_peft_model(base.to(torch.bfloat16), config)
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        if any(p.requires_grad and p.dtype == torch.bfloat16 for p in own):  # a head
            module.float()
            module.register_forward_pre_hook(lambda _, inputs: tuple(x.float() for x in inputs))
    return model


def texts(arguments):
    """HuggingFace's classifier with LoRA, train and dev, and what pads their batches."""
    from peft import LoraConfig, TaskType
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
    )

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)

    def examples(table):
        sentences, labels = read(table, "sentence1", "label")
        encoded = tokenizer(sentences, truncation=True, max_length=arguments.max_length)
        return [
            {"input_ids": ids, "attention_mask": mask, "labels": int(label)}
            for ids, mask, label in zip(encoded["input_ids"], encoded["attention_mask"], labels)
        ]

    base = AutoModelForSequenceClassification.from_pretrained(arguments.model)
    lora = LoraConfig(
        task_type=TaskType.SEQ_CLS, r=RANK, lora_alpha=RANK, target_modules="all-linear"
    )
    data = examples(arguments.train), examples(arguments.dev)
    model = lora_on(base, lora, arguments.precision)
    return model, *data, DataCollatorWithPadding(tokenizer)


def images(arguments):
    """The same for images: they are decoded and resized once, and kept as bytes, as here."""
    import numpy
    import torch
    from peft import LoraConfig
    from PIL import Image
    from transformers import AutoModelForImageClassification

    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    classes = classes_of(arguments.train)
    size = (IMAGE_SIZE, IMAGE_SIZE)

    def examples(folder):
        return [
            {"pixels": pixels(file), "label": label}
            for label, name in enumerate(classes)
            for file in sorted(Path(folder, name).iterdir())
        ]

    def pixels(file):
        with Image.open(file) as image:
            resized = image.convert("RGB").resize(size, Image.Resampling.BILINEAR)
        return torch.from_numpy(numpy.array(resized)).permute(2, 0, 1).contiguous()

    def batch(rows):
        bytes_of = torch.stack([row["pixels"] for row in rows])
        labels = torch.tensor([row["label"] for row in rows])
        return {"pixel_values": (bytes_of / 255 - mean) / deviation, "labels": labels}

    base = AutoModelForImageClassification.from_pretrained(arguments.model)
    head = ["classifier"]
    lora = LoraConfig(
        r=RANK,
        lora_alpha=RANK,
        target_modules="all-linear",
        exclude_modules=head,
        modules_to_save=head,
    )
    model = lora_on(base, lora, arguments.precision)
    return model, examples(arguments.train), examples(arguments.dev), batch


def train(arguments):
    """Fine-tunes with transformers' Trainer in one precision, and prints the accuracy."""
    from transformers import Trainer, TrainingArguments

    model, train, dev, collator = {"text": texts, "images": images}[arguments.job](arguments)
    options = TrainingArguments(
        output_dir=arguments.output,
        num_train_epochs=arguments.epochs,
        per_device_train_batch_size=arguments.batch_size,
        per_device_eval_batch_size=EVALUATION_BATCH,
        group_by_length=arguments.job == "text",
        learning_rate=arguments.learning_rate,
        warmup_ratio=WARM_UP,
        eval_strategy="epoch",
        save_strategy="no",
        remove_unused_columns=False,
        label_names=["labels"],
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
        dataloader_pin_memory=False,
        bf16=arguments.precision == AUTOCAST,
    )
    trainer = Trainer(
        model=model,
        args=options,
        train_dataset=train,
        eval_dataset=dev,
        data_collator=collator,
        compute_metrics=lambda p: {
            "accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())
        },
        callbacks=[first_step_printer()],
    )
    start = time.perf_counter()
    trainer.train()
    seconds = time.perf_counter() - start
    model.save_pretrained(arguments.output)
    (*_, last) = (entry for entry in trainer.state.log_history if "eval_accuracy" in entry)
    adapter = sum(p.numel() for name, p in model.named_parameters() if "lora_" in name)
    result = {"accuracy": last["eval_accuracy"], "adapter_parameters": adapter}
    print(json.dumps({**result, "seconds": seconds}))


def commands_for_labels(arguments, java, folder):
    """The commands of both sides, up to where the adapter goes."""
    job, rate = arguments.job, arguments.learning_rate
    model = arguments.model or built_in_model(java)
    script = [sys.executable, Path(__file__).resolve(), "--job", job]
    train, sizes = arguments.train, ["--image-size", IMAGE_SIZE, "--pooling", "cls_mean"]
    same = ["--dev", arguments.dev, "--epochs", arguments.epochs]
    same += ["--batch-size", arguments.batch_size, "--learning-rate", rate]
    if job == "text":
        train, sizes = first_rows(train, arguments.rows, folder / "train.tsv"), []
        same += ["--max-length", arguments.max_length]
    same += ["--train", train]
    prepared = folder / "prepared"
    run([*script, "--prepare", prepared, "--model", model, "--train", train])
    here = [*java, "finetune", "--model", model, *same, "--head-learning-rate", rate, *sizes]
    return {
        "python": [*script, "--peft", "--model", prepared, *same],
        "here": [*here, "--json", *arguments.options.split()],
    }


def commands_for_search(arguments, java, folder):
    """The same for search, as the comparison of qualities has them."""
    model = arguments.model or built_in_model(java)
    train = first_rows(arguments.train, arguments.rows, folder / "train.tsv")
    same = ["--train", train, "--dev", arguments.dev, "--corpus", arguments.corpus, "--seed", 1]
    same += ["--epochs", arguments.epochs, "--batch-size", arguments.batch_size]
    same += ["--max-length", arguments.max_length]
    prepared = folder / "prepared"
    prepared.mkdir()
    run(search.preparation(model, prepared))
    return {
        "python": [*search.training_there(prepared, SEARCH_METHOD), *same],
        "here": [*search.training_here(java, model, SEARCH_METHOD), *same, "--json"],
    }


def commands_of(arguments, java, folder):
    """The commands of both sides, each in its precisions."""
    of_job = commands_for_search if arguments.job == "search" else commands_for_labels
    precisions = {"python": arguments.precision, "here": arguments.here_precision}
    return {
        (side, precision): in_precision(command, side, precision)
        for side, command in of_job(arguments, java, folder).items()
        for precision in precisions[side]
    }


def in_precision(command, side, precision):
    # sentence-transformers trains in float32 and has no option
    is_open = side == "here" or precision != FLOAT32
    return [*command, "--precision", precision] if is_open else command


def run(command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


def examples(arguments):
    """How many examples are trained on, each once an epoch."""
    if arguments.job == "images":
        return sum(1 for file in arguments.train.glob("*/*") if file.is_file())
    return min(arguments.rows, len(read(arguments.train, "sentence1")[0]))


def compare(arguments, folder):
    java = ["java", "-jar", arguments.java]
    commands = commands_of(arguments, java, folder)
    passes = arguments.epochs * examples(arguments)
    runs_of = {side: [] for side in commands}
    for alternation in range(arguments.alternations):
        for side, command in commands.items():
            output = folder / f"{'-'.join(side)}-{alternation}"
            result = measured([*command, "--output", output])
            result["examples_per_second"] = passes / result["seconds"]
            runs_of[side].append(result)
            print(*side, json.dumps(result), file=sys.stderr)
    keys = [*ROWS, *JOBS[arguments.job].metrics]
    return {
        side: {key: median(run[key] for run in runs) for key in keys}
        for side, runs in runs_of.items()
    }


def report_first_step(arguments, folder):
    """Prints what the processor does here up to the end of the first step, run by run."""
    java = ["java", "-jar", arguments.java]
    here = commands_of(arguments, java, folder)["here", arguments.here_precision[0]]
    runs = [
        to_first_step([*here, "--output", folder / f"here-{number}"])
        for number in range(arguments.first_step)
    ]
    line = {"first_step_cpu_seconds": median(runs), "runs": runs}
    print(json.dumps({"job": arguments.job, "rows": arguments.rows, **line}))


def best(results, side):
    """The precision in which a side is fastest."""
    return min(
        (precision for name, precision in results if name == side),
        key=lambda precision: results[side, precision]["seconds"],
    )


def report(results, job):
    precisions = {side: best(results, side) for side in PRECISIONS}
    there, here = (results[side] for side in precisions.items())
    titles = [f"{job.python if side == 'python' else side}, {p}" for side, p in results]
    print(f"| {job.name} | {' | '.join(titles)} | here / there, each in its best |")
    print("|---" * (len(titles) + 2) + "|")
    for key, (name, digits) in ROWS.items():
        cells = (f"{side[key]:,.{digits}f}" for side in results.values())
        print(f"| {name} | {' | '.join(cells)} | {here[key] / there[key]:.2f} |")
    for key in job.metrics:
        print(f"| {key} | {' | '.join(f'{side[key]:.3f}' for side in results.values())} | |")
    line = {"job": job.name}
    for side, precision in precisions.items():
        line[f"{side}_precision"] = precision
        line.update({f"{side}_{k}": round(x, 4) for k, x in results[side, precision].items()})
    line.update({f"{key}_ratio": round(here[key] / there[key], 4) for key in ROWS})
    line["all"] = {
        f"{side}_{precision}": {key: round(x, 4) for key, x in numbers.items()}
        for (side, precision), numbers in results.items()
    }
    print(json.dumps(line))


def names_of(side):
    """What reads the names of precisions of a side."""

    def read_names(text):
        names = text.split(",")
        for name in names:
            if name not in PRECISIONS[side]:
                what = f"there is no precision {name}; take some of {', '.join(PRECISIONS[side])}"
                raise argparse.ArgumentTypeError(what)
        return names

    return read_names


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, metavar="JAR", help="the built command line")
    parser.add_argument("--job", choices=JOBS, default="text", help="what is trained (text)")
    what = "text: table with the columns label (0, 1) and sentence1; search: sentence1 and"
    what += " sentence2; images: folder with a folder of images for each label"
    parser.add_argument("--train", type=Path, help=what)
    parser.add_argument("--dev", type=Path, help="the same to evaluate on")
    what = "search: table with the columns id and text"
    parser.add_argument("--corpus", type=Path, help=what)
    what = "folder of the model (the built-in all-MiniLM-L6-v2; for images there is none)"
    parser.add_argument("--model", metavar="DIR", help=what)
    what = "first rows to train on (text: 6000, search: 4000; images: all)"
    parser.add_argument("--rows", type=int, help=what)
    parser.add_argument("--epochs", type=int, help="(text, search: 1, images: 2)")
    parser.add_argument("--batch-size", type=int, default=32, help="examples of a batch (32)")
    what = "tokens of a text (text: 128, search: 96)"
    parser.add_argument("--max-length", type=int, help=what)
    what = "text, images (0.001, as for search)"
    parser.add_argument("--learning-rate", type=float, default=1e-3, help=what)
    what = "how often both run; medians are printed (1)"
    parser.add_argument("--alternations", type=int, default=1, metavar="N", help=what)
    what = "only measure here, so often, what the processor does up to the end of the first step"
    parser.add_argument("--first-step", type=int, metavar="N", help=what)
    what = f"text, images: of Python, some of {', '.join(PRECISIONS['python'])} (float32)"
    python = {"type": names_of("python"), "default": [FLOAT32], "metavar": "NAMES"}
    parser.add_argument("--precision", **python, help=what)
    what = f"some of {', '.join(PRECISIONS['here'])} (float32)"
    here = {"type": names_of("here"), "default": [FLOAT32], "metavar": "NAMES"}
    parser.add_argument("--here-precision", **here, help=what)
    what = "text, images: method of finetune here (--method lora --rank 8)"
    parser.add_argument("--options", default=f"--method lora --rank {RANK}", help=what)
    # what the processes that this one starts do
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peft", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    job = JOBS[arguments.job]
    for name in ("rows", "epochs", "max_length"):
        if getattr(arguments, name) is None:
            setattr(arguments, name, getattr(job, name))
    if arguments.job == "search" and arguments.precision != [FLOAT32]:
        parser.error("--precision is for text and images")
    missing = [name for name in job.needs if getattr(arguments, name) is None]
    if missing and not (arguments.prepare or arguments.peft):
        parser.error(f"--{missing[0]} is missing")
    return arguments


def main():
    arguments = parse()
    if arguments.prepare:
        prepare(arguments)
    elif arguments.peft:
        (arguments.precision,) = arguments.precision
        train(arguments)
    else:
        try:
            with tempfile.TemporaryDirectory() as folder:
                if arguments.first_step:
                    report_first_step(arguments, Path(folder))
                else:
                    report(compare(arguments, Path(folder)), JOBS[arguments.job])
        except (OSError, RuntimeError, subprocess.CalledProcessError) as e:
            print(e, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
