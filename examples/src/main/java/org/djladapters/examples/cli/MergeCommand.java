/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a model, perhaps with an adapter merged into it, in a format. */
@Command(
        name = "merge",
        header = {
            "Writes a model folder, with an adapter merged in: a TorchScript model for any program",
            "that uses DJL, a HuggingFace checkpoint, or the ONNX file that other programs run.",
            "",
            "  adapters merge --model model --adapter tuned --output merged",
            "  adapters merge --adapter tuned --format huggingface --output merged",
            "  adapters merge --model hf://organization/name --output model",
            "  adapters merge --model model --output merged \\",
            "      --adapter https://host/repo#org.example:tickets:1.0",
            "  adapters merge --model model --adapter tuned --output merged \\",
            "      --format onnx --onnx model.onnx",
            "  adapters merge --model model --adapter tuned --output small \\",
            "      --quantize int8 --data dev.tsv",
            ""
        })
@OptionGroup.In(OptionGroup.OUTPUT)
final class MergeCommand extends ProgramCommand {

    private static final String NAME = "merged";

    /** A format of models. */
    enum Format {
        TORCHSCRIPT,
        HUGGINGFACE,
        ONNX;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A type of the weights and features of a model that is written. */
    enum Type {
        FLOAT32(DataType.FLOAT32),
        BFLOAT16(DataType.BFLOAT16);

        private final DataType type;

        Type(DataType type) {
            this.type = type;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A way in which the linear layers of a program compute. */
    enum Products {
        ORIGINAL,
        PORTABLE,
        ONEDNN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private BaseModelOption model;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter: "
                            + Locations.ADAPTERS
                            + ". Default: none, the model is written as it is.");

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write the model to.")
    private Path output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "What the folder gets: ${COMPLETION-CANDIDATES}. onnx needs --onnx."
                            + " Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TORCHSCRIPT;

    @Option(
            names = "--onnx",
            paramLabel = "FILE",
            description =
                    "ONNX file of the same base model, in float32 and with its weights inside. The"
                            + " folder gets a copy of it, model.onnx, in which the merged weights"
                            + " take the place of the base model's. Where ONNX Runtime is on the"
                            + " class path, its outputs are compared with the adapted model's."
                            + " Default: none.")
    private Path onnx;

    @Option(
            names = "--products",
            paramLabel = "PRODUCTS",
            description =
                    "How linear layers of the program compute: ${COMPLETION-CANDIDATES}. original:"
                        + " as the base model's program is written. portable: large products go to"
                        + " oneDNN on CPUs with AVX-512, by operators that PyTorch has had since"
                        + " 2.1. onednn: all products of larger weights go to oneDNN, by the"
                        + " operator of adapted models; mostly the fastest, but only engines with"
                        + " oneDNN open the model (those of x86-64 have it). Default: portable.")
    private Products products;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description =
                    "Type in which the model computes: ${COMPLETION-CANDIDATES}. In bfloat16 the"
                        + " file is half as large and, on processors that multiply bfloat16, two to"
                        + " three times as fast; weights are merged in float32 and rounded once,"
                        + " and inputs and outputs stay float32. Default: float32, or for"
                        + " huggingface the types that the base model has.")
    private Type dtype;

    @Mixin private QuantizeOptions quantize;

    @Override
    public Integer call() throws IOException {
        requireFitting();
        Optional<Path> folder = adapter.folder();
        if (folder.isPresent()) {
            AdapterDirectory.requireOwnFiles(folder.get());
        }
        QuantizationLoss loss;
        try (AdaptedModel opened = model.open(folder)) {
            loss = quantize.before(opened, folder);
            adapter.load(opened, NAME);
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(opened, NDList.class, NDList.class)) {
                err().println(write(task));
                loss.keep(task, output);
            }
        }
        out().println(output);
        loss.print(model, output, out(), err());
        return 0;
    }

    private void requireFitting() {
        quantize.check();
        if (format == Format.HUGGINGFACE && quantize.isGiven()) {
            throw wrong(
                    "--quantize is for --format torchscript and onnx; leave it out, transformers"
                            + " quantizes a checkpoint when it opens it");
        }
        if (quantize.isGiven() && (products != null || dtype != null)) {
            throw wrong(
                    "--quantize int8 has products and types of its own; leave out --products and"
                            + " --dtype");
        }
        if (format == Format.ONNX && onnx == null) {
            throw wrong(
                    "--format onnx needs the ONNX file of the base model; name it with --onnx (get"
                            + " it with: optimum-cli export onnx --model MODEL FOLDER)");
        }
        if (format != Format.ONNX && onnx != null) {
            throw wrong("--onnx is for --format onnx; add that or leave it out");
        }
        if (format != Format.TORCHSCRIPT && products != null) {
            throw wrong("--products is for --format torchscript; leave it out");
        }
        if (format == Format.ONNX && dtype != null) {
            throw wrong("--dtype is not for --format onnx, which keeps float32; leave it out");
        }
        if (dtype == Type.BFLOAT16 && products != null) {
            throw wrong("--products is for float32; leave it or --dtype bfloat16 out");
        }
    }

    /** Writes the folder and returns a sentence about it. */
    private String write(TaskModel<?, ?> task) throws IOException {
        if (format == Format.ONNX) {
            return OnnxRuntime.isPresent() ? writeChecked(task) : writeUnchecked(task);
        }
        if (format == Format.HUGGINGFACE) {
            if (dtype == null) {
                task.exportCheckpoint(output);
            } else {
                task.exportCheckpoint(output, dtype.type);
            }
            return "transformers opens it with from_pretrained; if the model gives texts vectors,"
                    + " sentence-transformers opens it too";
        }
        if (dtype != null) {
            task.export(output, dtype.type);
        } else if (quantize.isGiven()) {
            task.exportInt8(output);
        } else if (products == Products.ORIGINAL) {
            task.export(output, Matmul.MKL);
        } else if (products == Products.ONEDNN) {
            task.export(output, Matmul.ONEDNN);
        } else {
            task.export(output);
        }
        return task.usage();
    }

    private String writeUnchecked(TaskModel<?, ?> task) throws IOException {
        if (quantize.isGiven()) {
            task.exportOnnxInt8(onnx, output, file -> {}, file -> {});
        } else {
            task.exportOnnx(onnx, output);
        }
        return OnnxRuntime.ABSENT;
    }

    private String writeChecked(TaskModel<?, ?> task) throws IOException {
        OnnxCheck check = OnnxCheck.of(task);
        if (!quantize.isGiven()) {
            task.exportOnnx(onnx, output, check::accept);
            return check.verdict();
        }
        OnnxCheck int8 = OnnxCheck.ofInt8(task);
        task.exportOnnxInt8(onnx, output, check::accept, int8::accept);
        return "%s%n%s".formatted(check.verdict(), int8.verdict());
    }
}
