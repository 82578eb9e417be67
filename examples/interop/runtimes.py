# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Predictions of a model by OpenVINO and ONNX Runtime, as far as they are installed.

Both run the same ONNX file, which PyTorch writes.
"""
import contextlib
import importlib.util
import io
import logging
import warnings
from pathlib import Path

import torch

# package: what it is for
NEEDED = {
    "onnx": "without it PyTorch writes no ONNX file",
    "openvino": "its predictions are left out",
    "onnxruntime": "its predictions are left out",
}
OPENVINO_PRECISIONS = {"float32": "f32", "bfloat16": "bf16"}


def missing():
    """A sentence for every package that is not installed."""
    return {
        package: f"{package} is not installed: {effect}"
        for package, effect in NEEDED.items()
        if importlib.util.find_spec(package) is None
    }


class HiddenStates(torch.nn.Module):
    """The model with tensors in and a tensor out, as an ONNX file has them."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def predictions(model, inputs, threads, folder):
    """Functions that predict, by the names of runtime and precision."""
    absent = missing()
    if "onnx" in absent:
        return {}
    file = Path(folder, "model.onnx")
    write_onnx(model, inputs, file)
    arrays = {name: tensor.numpy() for name, tensor in inputs.items()}
    found = {}
    if "openvino" not in absent:
        found.update(by_openvino(file, arrays, threads))
    if "onnxruntime" not in absent:
        found.update(by_onnx_runtime(file, arrays, threads))
    return found


def write_onnx(model, inputs, file):
    names = list(inputs)
    sizes = {name: {0: "batch", 1: "length"} for name in [*names, "hidden_states"]}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")  # of traced sizes, which are those that are measured
        torch.onnx.export(
            HiddenStates(model).eval(),
            tuple(inputs.values()),
            str(file),
            input_names=names,
            output_names=["hidden_states"],
            dynamic_axes=sizes,
            opset_version=17,
            dynamo=False,
        )


def by_openvino(file, arrays, threads):
    import openvino

    def compiled(precision):
        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
        }
        request = openvino.Core().compile_model(str(file), "CPU", options).create_infer_request()
        return lambda: request.infer(arrays)

    return {
        f"OpenVINO, {name}": compiled(precision) for name, precision in OPENVINO_PRECISIONS.items()
    }


def by_onnx_runtime(file, arrays, threads):
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    def opened(path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # its threads leave the processors to the others between two predictions
        options.add_session_config_entry("session.force_spinning_stop", "1")
        session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        return lambda: session.run(None, arrays)

    quantized = file.with_name("int8.onnx")
    logging.disable(logging.WARNING)  # advice about preparing the file
    quantize_dynamic(str(file), str(quantized), weight_type=QuantType.QInt8)
    logging.disable(logging.NOTSET)
    return {
        "ONNX Runtime, float32": opened(file),
        "ONNX Runtime, int8": opened(quantized),
    }
