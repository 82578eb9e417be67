#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures what adapters cost in HuggingFace PEFT, and beside it what they cost here.

    speed.py                PEFT alone
    speed.py --java JAR     PEFT, interleaved with the project's command bench
    speed.py --predictions  also the predictions of OpenVINO and ONNX Runtime, if they are installed

prints Markdown tables and ends with a line of JSON. Both sides have a BERT of random weights, so no
model is needed. PEFT computes in float32, in float32 under autocast to bfloat16, and with base
weights in bfloat16; the fastest of them is its best. A step of the frozen base is a forward pass,
the loss and a backward pass to the first adapted layer, and nothing else; a step of a method is all
that its training does for a batch, so also the norm of the gradients and the update. Ratios are
those of a method to the frozen base within a round; all numbers are medians over the rounds. Ratios
to DJL alone are those to the same step and prediction of the export without anything of this
project.
"""
import argparse
import contextlib
import copy
import json
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import waiting  # noqa: F401, before torch

import peft.tuners.boft.layer
import torch
from peft import BOFTConfig, IA3Config, LoraConfig, OFTConfig, get_peft_model
from torch.nn import Linear, Parameter
from transformers import BertConfig, BertModel

import runtimes
from interop import Java, JavaError, allow_butterflies_on_cpu

WARM_UP_ROUNDS = 2
STEPS_FOR_MEMORY = 3
ALL_LINEAR = "all-linear"
FROZEN = "frozen"
FLOAT32, AUTOCAST, BFLOAT16 = "float32", "autocast", "bfloat16"
PRECISIONS = (FLOAT32, AUTOCAST, BFLOAT16)
LEARNING_RATE = 1e-5  # small, so that the outputs stay what they are


@dataclass(frozen=True)
class Shape:
    """A BERT, and the batches that it gets unless others are asked for."""

    hidden: int
    layers: int
    heads: int
    batch: int
    length: int

    def config(self, attention):
        return BertConfig(
            hidden_size=self.hidden,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            intermediate_size=4 * self.hidden,
            attn_implementation=attention,
        )


SHAPES = {
    "minilm": Shape(hidden=384, layers=6, heads=12, batch=16, length=64),
    "bert-base": Shape(hidden=768, layers=12, heads=12, batch=8, length=128),
}

# name: configuration and its options; None trains all weights
PEFT_METHODS = {
    "lora": (LoraConfig, {"r": 8}),
    "oft": (OFTConfig, {"oft_block_size": 32, "use_cayley_neumann": False}),
    "oft-neumann": (OFTConfig, {"oft_block_size": 32}),
    "boft-4": (BOFTConfig, {"boft_block_size": 4}),
    "boft-8": (BOFTConfig, {"boft_block_size": 8}),
    "boft-8-twice": (BOFTConfig, {"boft_block_size": 8, "boft_n_butterfly_factor": 2}),
    "ia3": (IA3Config, {"feedforward_modules": []}),
    "full": None,
}

# name: method of PEFT that it is measured beside, options of bench
JAVA_METHODS = {
    "lora": ("lora", "--method lora --rank 8"),
    "oft": ("oft", "--method oft --block-size 32"),
    "oft-neumann": ("oft-neumann", "--method oft --block-size 32 --map neumann"),
    "boft-4": ("boft-4", "--method boft --block-size 4"),
    "boft-8": ("boft-8", "--method boft --block-size 8"),
    "boft-8-twice": ("boft-8-twice", "--method boft --block-size 8 --factors 2"),
    "ia3": ("ia3", "--method ia3"),
    "full": ("full", "--method full"),
    "compound-4-blocks": ("lora", "--method compound --blocks 4 --orders 1,2,3"),
    "compound-3-blocks": ("lora", "--method compound --blocks 3 --orders 1,2"),
    "compound-1-block": ("lora", "--method compound --blocks 1 --orders 1,2,3"),
    "compound-size-64": ("lora", "--method compound --block-size 64 --orders 1,2"),
    "compound-size-92": ("lora", "--method compound --block-size 92 --orders 1,2"),
}


@dataclass(frozen=True)
class Setting:
    """What all methods are measured on."""

    shape: str
    batch: int
    length: int
    targets: str
    attention: str
    threads: int

    def base(self, precision=FLOAT32):
        """The model, frozen; in bfloat16 only where the precision says so."""
        torch.manual_seed(0)
        config = SHAPES[self.shape].config(self.attention)
        model = BertModel(config, add_pooling_layer=False).eval().requires_grad_(False)
        return model.to(torch.bfloat16) if precision == BFLOAT16 else model

    def batch_of(self, model):
        """Random tokens, and random outputs to train towards, so that no gradient vanishes."""
        generator = torch.Generator().manual_seed(1)
        tokens = (self.batch, self.length)
        ids = torch.randint(5, model.config.vocab_size, tokens, generator=generator)
        # without padding HuggingFace leaves out the mask, which an exported program always reads
        mask = torch.ones(tokens, dtype=torch.int64)
        mask[-1, -1] = 0
        wanted = torch.randn((*tokens, model.config.hidden_size), generator=generator)
        return {"input_ids": ids, "attention_mask": mask}, wanted

    def java_options(self):
        """How bench is told of the same model."""
        return ["--shape", self.shape, "--length", self.length]

    def first_target(self, model):
        """The first adapted layer."""
        endings = tuple(f".{target}" for target in self.targets.split(","))
        for path, module in model.named_modules():
            is_target = self.targets == ALL_LINEAR or f".{path}".endswith(endings)
            if is_target and isinstance(module, Linear):
                return module
        raise ValueError(f"--targets {self.targets}: BERT has no such linear layer")


def sharing(model):
    """A copy of a model with the same parameters."""
    return copy.deepcopy(model, {id(p): p for p in model.parameters()})


def backward_only(base, setting):
    """A model whose backward pass goes through the whole base and does nothing beside."""
    model = sharing(base)
    first = setting.first_target(model)
    bias = first.weight.new_zeros(first.out_features) if first.bias is None else first.bias.clone()
    first.bias = Parameter(bias)
    return model


def adapted(base, name, setting):
    """A model adapted by a method of PEFT, in float32, or one that trains all weights."""
    if PEFT_METHODS[name] is None:
        return copy.deepcopy(base).requires_grad_(True)
    config, options = PEFT_METHODS[name]
    if options.get("boft_n_butterfly_factor", 1) > 1:
        allow_butterflies_on_cpu()
    else:
        # as PEFT finds it on a CPU, after having tried to compile it for every layer
        peft.tuners.boft.layer.get_fbd_cuda = lambda: None
    targets = ALL_LINEAR if setting.targets == ALL_LINEAR else setting.targets.split(",")
    return get_peft_model(sharing(base), config(target_modules=targets, **options)).eval()


class Candidate:
    """A model in a precision, and what it does in a round."""

    def __init__(self, model, is_updated, precision):
        self.model = model
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(self.trained, lr=LEARNING_RATE) if is_updated else None
        self.precision = precision

    def outputs(self, inputs):
        is_cast = self.precision == AUTOCAST
        cast = torch.autocast("cpu", torch.bfloat16) if is_cast else contextlib.nullcontext()
        with cast:
            return self.model(**inputs).last_hidden_state

    def step(self, inputs, wanted):
        torch.nn.functional.mse_loss(self.outputs(inputs).float(), wanted).backward()
        if self.optimizer:
            torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
            self.optimizer.step()
        for parameter in self.trained:
            parameter.grad = None

    @torch.no_grad()
    def predict(self, inputs):
        self.outputs(inputs)


def milliseconds(task, *arguments):
    start = time.perf_counter()
    task(*arguments)
    return 1000 * (time.perf_counter() - start)


class Side:
    """The models of all methods in one precision, which share the base's weights."""

    def __init__(self, setting, methods, precision):
        base = setting.base(precision)
        self.batch = setting.batch_of(base)
        self.frozen = Candidate(backward_only(base, setting), False, precision)
        self.base = Candidate(base, False, precision)
        self.methods, self.merged = {}, {}
        for name in methods:
            if name == "full" and precision == BFLOAT16:
                continue  # nothing would be left in float32
            model = adapted(base, name, setting)
            method = Candidate(model, True, precision)
            try:
                method.step(*self.batch)
            except (RuntimeError, TypeError) as e:  # what torch raises for types that do not fit
                print(f"PEFT can't train {name} in {precision}: {e}", file=sys.stderr)
                continue
            self.methods[name] = method
            if name != "full":
                merged = copy.deepcopy(model).merge_and_unload().requires_grad_(False)
                self.merged[name] = Candidate(merged, False, precision)

    def round(self, names):
        """The times of methods in milliseconds, by the keys of bench."""
        inputs, wanted = self.batch
        frozen = milliseconds(self.frozen.step, inputs, wanted)
        base = milliseconds(self.base.predict, inputs)
        times = {}
        for name in names:
            if name not in self.methods:
                continue
            method = self.methods[name]
            times[name] = {"frozen_step_ms": frozen, "base_inference_ms": base}
            times[name]["adapter_step_ms"] = milliseconds(method.step, inputs, wanted)
            times[name]["adapted_inference_ms"] = milliseconds(method.predict, inputs)
            if name in self.merged:
                merged = milliseconds(self.merged[name].predict, inputs)
                times[name]["merged_inference_ms"] = merged
        return times


class Interleaved:
    """Measures methods of PEFT in all precisions, interleaved; the models stay from one call to
    the next."""

    def __init__(self, setting, methods, precisions):
        self.sides = {precision: Side(setting, methods, precision) for precision in precisions}

    def run(self, names, rounds):
        """The times of each method and precision, by the keys of bench."""
        measured = {name: {} for name in names}
        for _ in range(WARM_UP_ROUNDS + rounds):
            for precision, side in self.sides.items():
                for name, times in side.round(names).items():
                    measured[name].setdefault(precision, []).append(times)
        return {
            name: {
                precision: self.summary(name, precision, times[WARM_UP_ROUNDS:])
                for precision, times in rounds_of.items()
            }
            for name, rounds_of in measured.items()
        }

    def summary(self, name, precision, rounds):
        trained = self.sides[precision].methods[name].trained
        return {**summary(rounds), "trainable_parameters": sum(p.numel() for p in trained)}

    def predictions(self, others, rounds):
        """The times of predictions of the base by Python and by others, interleaved."""
        (inputs, _) = next(iter(self.sides.values())).batch
        tasks = {
            f"PyTorch, {precision}": lambda side=side: side.base.predict(inputs)
            for precision, side in self.sides.items()
        }
        tasks.update(others)
        times = {name: [] for name in tasks}
        for _ in range(WARM_UP_ROUNDS + rounds):
            for name, task in tasks.items():
                times[name].append(milliseconds(task))
        return {name: median(measured[WARM_UP_ROUNDS:]) for name, measured in times.items()}


def best(by_precision):
    """The precision with the fastest steps."""
    return min(by_precision, key=lambda p: by_precision[p]["adapter_step_ms"])


RATIOS = {
    "step_ratio": ("adapter_step_ms", "frozen_step_ms"),
    "inference_ratio": ("adapted_inference_ms", "base_inference_ms"),
    "merged_inference_ratio": ("merged_inference_ms", "base_inference_ms"),
}


def summary(rounds):
    """Medians and minima of the times of rounds, and medians of the ratios within them."""
    result = {}
    for key in rounds[0]:
        result[key] = median(times[key] for times in rounds)
        result[key.replace("_ms", "_min_ms")] = min(times[key] for times in rounds)
    for key, (above, below) in RATIOS.items():
        if above in result:
            result[key] = median(times[above] / times[below] for times in rounds)
    return result


def peak_memory(setting, name, precision):
    """The largest resident size of this process after some steps of one method, in MiB."""
    torch.set_num_threads(setting.threads)
    base = setting.base(precision)
    is_frozen = name == FROZEN
    model = backward_only(base, setting) if is_frozen else adapted(base, name, setting)
    candidate = Candidate(model, not is_frozen, precision)
    for _ in range(STEPS_FOR_MEMORY):
        candidate.step(*setting.batch_of(base))
    status = Path("/proc/self/status").read_text("utf-8")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def in_new_process(function, *arguments):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(function, *arguments).result()


def bench(java, setting, method, rounds, with_memory):
    """What the project's own command measures."""
    options = JAVA_METHODS[method][1].split()
    if method != "full":
        options += ["--targets", setting.targets]
    options += [*setting.java_options(), "--batch", setting.batch]
    options += ["--rounds", rounds, "--threads", setting.threads]
    options += [] if with_memory else ["--no-memory"]
    return json.loads(java.run("bench", *options))


def alternate(timed, java, setting, methods, arguments):
    """PEFT and Java interleaved; gives what each measured, once for every alternation.

    Memory hardly varies, so that it is measured in the first one only.
    """
    alternations = arguments.alternations
    measured = {method: [] for method in methods}
    for alternation in range(alternations):
        for method in methods:
            print(f"{alternation + 1}/{alternations} {method}", file=sys.stderr)
            beside = JAVA_METHODS[method][0]
            with_memory = alternation == 0 and not arguments.no_memory
            there = timed.run([beside], arguments.rounds)[beside]
            if with_memory:
                for precision, times in there.items():
                    peak = in_new_process(peak_memory, setting, beside, precision)
                    times["peak_rss_mib"] = peak
            here = bench(java, setting, method, arguments.rounds, with_memory)
            measured[method].append((there, by_precision(here)))
    return measured


def by_precision(line):
    """The precisions in a line of bench, each with its figures."""
    sides = {line["precision"]: line}
    if BFLOAT16 in line:
        sides[BFLOAT16] = line.pop(BFLOAT16)
    return sides


def joined(measurements):
    """The median of every number over several measurements, of minima the least."""
    numbers = [key for key, value in measurements[0].items() if isinstance(value, (int, float))]
    values = {
        key: [measured[key] for measured in measurements if measured.get(key) is not None]
        for key in numbers
    }
    return {key: min(v) if "_min_" in key else median(v) for key, v in values.items()}


def joined_precisions(sides):
    """The same for every precision."""
    return {precision: joined([side[precision] for side in sides]) for precision in sides[0]}


def table(header, rows):
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for name, *numbers in rows:
        yield f"| {' | '.join([name, *('' if x is None else x for x in numbers)])} |"


PEFT_HEADER = (
    "PEFT",
    "precision",
    "trained",
    "step / frozen step",
    "step ms",
    "inference / base",
    "merged / base",
    "inference ms",
    "peak MiB",
)


def frozen_row(precision, times):
    keys = ("frozen_step_ms", "base_inference_ms", "frozen_peak_rss_mib")
    step, inference, peak = (number(key, times.get(key)) for key in keys)
    return "frozen base", precision, None, "1.00", step, "1.00", None, inference, peak


def peft_row(name, precision, times):
    keys = ("trainable_parameters", "step_ratio", "adapter_step_ms", "inference_ratio")
    keys += ("merged_inference_ratio", "adapted_inference_ms", "peak_rss_mib")
    return name, precision, *(number(key, times.get(key)) for key in keys)


JAVA_HEADER = (
    "method here, beside it in PEFT",
    *(f"PEFT: step ms, {precision}" for precision in PRECISIONS),
    "here: float32",
    "bfloat16",
    "here / PEFT, in float32",
    "here / PEFT, each in its best",
    "PEFT's best: frozen step ms",
    "here: float32",
    "bfloat16",
    "PEFT's best: peak MiB",
    "here: float32",
    "bfloat16",
    "here: step / frozen step in DJL alone, float32",
    "bfloat16",
    "peak / DJL alone, float32",
    "bfloat16",
)


def java_row(name, there, here, quotients):
    def cells(key, *sides):
        return [number(key, side.get(key)) for side in sides]

    ours = [here.get(precision, {}) for precision in (FLOAT32, BFLOAT16)]
    theirs = [there.get(precision, {}) for precision in PRECISIONS]
    fastest = there[best(there)]
    return (
        f"{name}, {JAVA_METHODS[name][0]}",
        *cells("adapter_step_ms", *theirs, *ours),
        *(number("ratio", quotient) for quotient in quotients),
        *cells("frozen_step_ms", fastest, *ours),
        *cells("peak_rss_mib", fastest, *ours),
        *cells("stock_step_ratio", *ours),
        *cells("stock_memory_ratio", *ours),
    )


def quotients(pairs):
    """Steps here to those in PEFT, in float32 and each in its best precision."""
    precise = [(there.get(FLOAT32), here.get(FLOAT32)) for there, here in pairs]
    fastest = [(there[best(there)], here[best(here)]) for there, here in pairs]
    return [
        median(here["adapter_step_ms"] / there["adapter_step_ms"] for there, here in some)
        if all(there and here for there, here in some)
        else None
        for some in (precise, fastest)
    ]


def number(key, value):
    if value is None:
        return None
    return f"{value:.2f}" if key.endswith("ratio") else f"{value:,.0f}"


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--shape", choices=SHAPES, default="minilm", help="of the model")
    parser.add_argument("--batch", type=int, help="rows (default: 16; bert-base 8)")
    parser.add_argument("--length", type=int, help="tokens of a row (default: 64; bert-base 128)")
    what = "names of layers, or all-linear (default: query,value)"
    parser.add_argument("--targets", default="query,value", metavar="NAMES", help=what)
    what = f"some of {', '.join(JAVA_METHODS)}; without --java only PEFT's (default: all)"
    parser.add_argument("--methods", metavar="NAMES", help=what)
    what = "sdpa (default), as in the exported models, or eager"
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa", help=what)
    parser.add_argument("--rounds", type=int, default=10, help="counted rounds (default: 10)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), metavar="N")
    parser.add_argument("--no-memory", action="store_true", help="leaves out the peak memory")
    what = "precisions of PEFT (default: float32,autocast,bfloat16)"
    default = ",".join(PRECISIONS)
    parser.add_argument("--precisions", default=default, metavar="NAMES", help=what)
    what = "also measures predictions by OpenVINO and ONNX Runtime (requirements-runtimes.txt)"
    parser.add_argument("--predictions", action="store_true", help=what)
    parser.add_argument("--java", type=Path, metavar="JAR", help="the built command line")
    what = "how often PEFT and Java alternate (default: 3)"
    parser.add_argument("--alternations", type=int, default=3, metavar="N", help=what)
    arguments = parser.parse_args()
    known = JAVA_METHODS if arguments.java else PEFT_METHODS
    methods = arguments.methods.split(",") if arguments.methods else list(known)
    unknown = [method for method in methods if method not in known]
    if unknown:
        parser.error(f"there is no method {unknown[0]}; take some of {', '.join(known)}")
    arguments.precisions = arguments.precisions.split(",")
    unknown = [precision for precision in arguments.precisions if precision not in PRECISIONS]
    if unknown:
        parser.error(f"there is no precision {unknown[0]}; take some of {', '.join(PRECISIONS)}")
    return arguments, methods


def compare_with_java(timed, arguments, setting, methods):
    """Prints the table of both sides, and gives what the line of JSON says of the methods."""
    pairs_of = alternate(timed, Java(arguments.java), setting, methods, arguments)
    rows, results = [], {}
    for method, pairs in pairs_of.items():
        there, here = (joined_precisions(side) for side in zip(*pairs))
        in_float32, in_best = quotients(pairs)
        rows.append(java_row(method, there, here, (in_float32, in_best)))
        results[method] = {
            "peft": there,
            "here": here,
            "peft_best": best(there),
            "here_best": best(here),
            "step_here_to_peft": in_best,
            "float32_step_here_to_peft": in_float32,
        }
    print(*table(JAVA_HEADER, rows), sep="\n")
    return results


def measure_peft(timed, arguments, setting, methods):
    """Prints the table of PEFT alone, and gives what the line of JSON says of the methods."""
    results = timed.run(methods, arguments.rounds)
    if not arguments.no_memory:
        add_memory(results, setting)
    rows = [frozen_row(*result) for result in results[methods[0]].items()]
    for name, measured in results.items():
        rows.extend(peft_row(name, *result) for result in measured.items())
    print(*table(PEFT_HEADER, rows), sep="\n")
    return results


def add_memory(results, setting):
    """Adds the peak memory of every method and precision."""
    frozen = {}
    for name, measured in results.items():
        for precision, times in measured.items():
            if precision not in frozen:
                frozen[precision] = in_new_process(peak_memory, setting, FROZEN, precision)
            peak = in_new_process(peak_memory, setting, name, precision)
            times["frozen_peak_rss_mib"] = frozen[precision]
            times["peak_rss_mib"] = peak
            times["memory_ratio"] = peak / frozen[precision]


def compare_predictions(timed, arguments, setting, results):
    """Prints the table of predictions of the base, and gives their milliseconds by their names."""
    for sentence in runtimes.missing().values():
        print(sentence, file=sys.stderr)
    base = setting.base()
    with tempfile.TemporaryDirectory() as folder:
        inputs, _ = setting.batch_of(base)
        others = runtimes.predictions(base, inputs, setting.threads, folder)
        times = timed.predictions(others, arguments.rounds)
    if arguments.java:
        for precision, side in next(iter(results.values()))["here"].items():
            times[f"here, {precision}"] = side["base_inference_ms"]
    fastest = min(times.values())
    rows = [(name, f"{ms:,.1f}", f"{ms / fastest:.2f}") for name, ms in times.items()]
    print(*table(("prediction of the base", "ms", "/ the fastest"), rows), sep="\n")
    return times


def main():
    arguments, methods = parse()
    torch.set_num_threads(arguments.threads)
    shape = SHAPES[arguments.shape]
    setting = Setting(
        arguments.shape,
        arguments.batch or shape.batch,
        arguments.length or shape.length,
        arguments.targets,
        arguments.attention,
        arguments.threads,
    )
    try:
        beside = [JAVA_METHODS[m][0] for m in methods] if arguments.java else methods
        timed = Interleaved(setting, dict.fromkeys(beside), arguments.precisions)
        measure = compare_with_java if arguments.java else measure_peft
        results = measure(timed, arguments, setting, methods)
        found = {"methods": results}
        if arguments.predictions:
            print()
            found["predictions"] = compare_predictions(timed, arguments, setting, results)
    except (JavaError, ValueError) as e:
        print(e, file=sys.stderr)
        return 1
    given = {**vars(setting), "rounds": arguments.rounds, "device": "cpu"}
    print(json.dumps({**given, **rounded(found)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
