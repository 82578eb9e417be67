#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares what fine-tuning for search gives here and in sentence-transformers with PEFT.

    search.py --java JAR --train PAIRS --dev PAIRS --corpus CORPUS --runs runs.jsonl

trains on the built-in all-MiniLM-L6-v2 with the loss MultipleNegativesRanking, here and there with
the same rows, batch size, length, epochs, warm-up and decay of the rate, a process for every run, and
measures how well the relevant passages are found. Each run adds a line of JSON to the file: side,
method, seed, metrics, seconds and the largest resident size of the process. Runs whose line is there
are not run again. Prints a Markdown table of all lines in the end.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, stdev

from processes import (
    built_in_model,
    first_rows,
    first_step_printer,
    measured,
    read,
    save_tokenizer,
)

SCALE = 20
SAME_PRECISION = ("--precision", "float32")  # here too
METRICS = ("recall@1", "recall@10", "mrr@10", "ndcg@10")

# method: options of finetune here and the learning rate
HERE = {
    "frozen": None,
    "compound, orders 1-3, blocks of 92": (
        "--method compound --orders 1,2,3 --block-size 92 --targets all-linear",
        4e-3,
    ),
    "compound, orders 1-3, blocks of 92, query and value": (
        "--method compound --orders 1,2,3 --block-size 92 --targets query,value",
        1e-2,
    ),
    "lora, rank 8": ("--method lora --rank 8 --targets all-linear", 1e-3),
    "lora, rank 1, query and value": ("--method lora --rank 1 --targets query,value", 4e-3),
    "full": ("--method full", 5e-5),
}
# method: rank of PEFT's LoRA, its targets and the learning rate
THERE = {
    "lora, rank 8": (8, "all-linear", 1e-3),
    "lora, rank 1, query and value": (1, ["query", "value"], 4e-3),
    "full": (0, None, 5e-5),
}


def prepare(model, folder):
    """Saves a model of sentence-transformers with the weights of a model folder."""
    from sentence_transformers import SentenceTransformer, models

    from interop import hf_model

    hf_model(model).save_pretrained(folder / "encoder")
    save_tokenizer(model, folder / "encoder")
    encoder = models.Transformer(str(folder / "encoder"))
    pooling = models.Pooling(encoder.get_word_embedding_dimension(), "mean")
    SentenceTransformer(modules=[encoder, pooling, models.Normalize()]).save(str(folder / "model"))


def train(arguments):
    """Fine-tunes with sentence-transformers, and prints how well passages are found."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig, TaskType
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.evaluation import InformationRetrievalEvaluator
    from sentence_transformers.losses import MultipleNegativesRankingLoss
    from sentence_transformers.training_args import BatchSamplers

    rank, targets, rate = THERE[arguments.method]
    torch.manual_seed(arguments.seed)
    model = SentenceTransformer(arguments.model, device="cpu")
    model.max_seq_length = arguments.max_length
    if rank > 0:
        model.add_adapter(
            LoraConfig(
                task_type=TaskType.FEATURE_EXTRACTION,
                r=rank,
                lora_alpha=rank,
                target_modules=targets,
            )
        )
    queries, passages = read(arguments.train, "sentence1", "sentence2")
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=arguments.output,
            num_train_epochs=arguments.epochs,
            per_device_train_batch_size=arguments.batch_size,
            learning_rate=rate,
            warmup_ratio=0.06,
            weight_decay=0.0,
            batch_sampler=BatchSamplers.NO_DUPLICATES,
            seed=arguments.seed,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            use_cpu=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=Dataset.from_dict({"anchor": queries, "positive": passages}),
        loss=MultipleNegativesRankingLoss(model, scale=SCALE),
        callbacks=[first_step_printer()],
    )
    start = time.perf_counter()
    trainer.train()
    metrics = evaluate(model, arguments, InformationRetrievalEvaluator)
    seconds = time.perf_counter() - start
    model.save_pretrained(arguments.output)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(json.dumps({**metrics, "adapter_parameters": trained, "seconds": seconds}))


def evaluate(model, arguments, evaluator):
    """The relevant passages of a query are those of its rows; equal passages are one."""
    queries, passages = read(arguments.dev, "sentence1", "sentence2")
    corpus = {text: name for name, text in zip(*read(arguments.corpus, "id", "text"))}
    for passage in passages:
        corpus.setdefault(passage, f"dev{len(corpus)}")
    numbers = {query: f"q{i}" for i, query in enumerate(dict.fromkeys(queries))}
    relevant = {number: set() for number in numbers.values()}
    for query, passage in zip(queries, passages):
        relevant[numbers[query]].add(corpus[passage])
    measured = evaluator(
        {number: query for query, number in numbers.items()},
        {name: text for text, name in corpus.items()},
        relevant,
        accuracy_at_k=[1, 10],
        precision_recall_at_k=[1, 10],
        name="dev",
        show_progress_bar=False,
    )(model)
    return {key: float(measured[f"dev_cosine_{key}"]) for key in METRICS}


def found_by(command):
    """What a process finds, with its parameters, seconds and largest resident size."""
    result = measured(command)
    return {
        **{key: result[key] for key in METRICS},
        "parameters": result.get("adapter_parameters", 0),
        "seconds": round(result["seconds"], 1),
        "peak_rss_mib": round(result["peak_rss_mib"]),
    }


def preparation(model, folder):
    """The command that saves a model folder for sentence-transformers."""
    command = [sys.executable, Path(__file__).resolve(), "--prepare", folder, "--model", model]
    return list(map(str, command))


def training_there(folder, method):
    """The command that trains what was prepared in a folder, up to data, seed and output."""
    command = [sys.executable, Path(__file__).resolve(), "--peft", "--model", folder / "model"]
    return [*command, "--method", method]


def training_here(java, model, method):
    """The command that trains here, up to data, seed and output."""
    options, rate = HERE[method]
    command = [*java, "finetune", "--task", "embedding", "--model", model]
    return [*command, *options.split(), "--learning-rate", rate]


def compare(arguments, folder):
    java = ["java", "-jar", arguments.java]
    model = built_in_model(java)
    train = first_rows(arguments.train, arguments.pairs, folder / "train.tsv")
    dev = first_rows(arguments.dev, arguments.queries, folder / "dev.tsv")
    corpus = first_rows(arguments.corpus, arguments.passages, folder / "corpus.tsv")
    same = ["--train", train, "--dev", dev, "--corpus", corpus, "--epochs", arguments.epochs]
    same += ["--batch-size", arguments.batch_size, "--max-length", arguments.max_length]
    there = folder / "there"
    if "there" in arguments.sides and any(method in THERE for method in arguments.methods):
        there.mkdir()
        subprocess.run(preparation(model, there), check=True, capture_output=True)
    for seed in arguments.seeds:
        for method in arguments.methods:
            for side in arguments.sides:
                key = {"side": side, "method": method, "seed": seed}
                if method not in (HERE if side == "here" else THERE) or done(arguments.runs, key):
                    continue
                output = folder / f"{side}-{seed}-{arguments.methods.index(method)}"
                ending = [*same, "--seed", seed, "--output", output]
                if side == "there":
                    command = [*training_there(there, method), *ending]
                elif HERE[method] is None:
                    if seed != arguments.seeds[0]:
                        continue
                    command = [*java, "evaluate", "--task", "embedding", "--model", model]
                    command += ["--data", dev, "--corpus", corpus]
                    command += ["--max-length", arguments.max_length, *SAME_PRECISION]
                else:
                    command = [*training_here(java, model, method), *SAME_PRECISION, *ending]
                line = {**key, **found_by(command)}
                with open(arguments.runs, "a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                print(json.dumps(line), file=sys.stderr)


def lines(runs):
    if not Path(runs).exists():
        return []
    return [json.loads(line) for line in Path(runs).read_text(encoding="utf-8").splitlines()]


def done(runs, key):
    return any(all(line[name] == value for name, value in key.items()) for line in lines(runs))


def report(runs):
    groups = {}
    for line in lines(runs):
        groups.setdefault((line["method"], line["side"]), []).append(line)
    print("| method | side | parameters | seeds | " + " | ".join(METRICS) + " | seconds | MiB |")
    print("|---" * (6 + len(METRICS)) + "|")
    for (method, side), group in groups.items():
        cells = [spread([100 * line[name] for line in group]) for name in METRICS]
        seconds = mean(line["seconds"] for line in group)
        memory = max(line["peak_rss_mib"] for line in group)
        cells += [f"{seconds:,.0f}", f"{memory:,}"]
        start = [method, side, f"{group[0]['parameters']:,}", str(len(group))]
        print("| " + " | ".join(start + cells) + " |")
    print("± is the standard deviation over the seeds.")


def spread(values):
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{mean(values):.1f} ± {stdev(values):.1f}"


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, metavar="JAR", help="the built command line")
    parser.add_argument("--train", type=Path, metavar="PAIRS", help="sentence1, sentence2")
    parser.add_argument("--dev", type=Path, metavar="PAIRS", help="the same to measure on")
    parser.add_argument("--corpus", type=Path, metavar="CORPUS", help="id, text")
    parser.add_argument("--runs", type=Path, metavar="FILE", help="lines of results")
    parser.add_argument("--pairs", type=int, default=4000, help="first rows to train on (4000)")
    parser.add_argument("--queries", type=int, default=1000, help="first rows of dev (1000)")
    parser.add_argument("--passages", type=int, default=7000, help="first passages (7000)")
    parser.add_argument("--epochs", type=int, default=1, help="(1)")
    parser.add_argument("--batch-size", type=int, default=64, help="pairs of a batch (64)")
    parser.add_argument("--max-length", type=int, default=96, help="tokens of a text (96)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="(1 2 3)")
    parser.add_argument("--sides", nargs="+", default=["here", "there"], help="(here there)")
    parser.add_argument("--methods", nargs="+", default=list(HERE), help="(all)")
    # what the processes that this one starts do
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peft", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    parser.add_argument("--method", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    missing = [name for name in ("java", "train", "dev", "corpus", "runs") if not getattr(arguments, name)]
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
                compare(arguments, Path(folder))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as e:
            print(e, file=sys.stderr)
            return 1
        report(arguments.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
