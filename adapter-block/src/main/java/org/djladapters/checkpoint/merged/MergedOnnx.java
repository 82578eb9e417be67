/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelAccess;
import org.djladapters.onnx.Initializer;
import org.djladapters.onnx.OnnxFile;

/**
 * Writes models with merged adapters as ONNX files: the base model's own file, in which the merged
 * weights take the place of the base model's. Everything else in the file stays byte for byte.
 */
public final class MergedOnnx {

    /** The name that libraries expect beside a {@code tokenizer.json}. */
    public static final String FILE = "model.onnx";

    private MergedOnnx() {}

    /**
     * Exports a model with adapters merged if a check passes of these. Nothing of them changes
     * between the check and the moment at which all that is exported has been read.
     *
     * @param model a model opened from a directory; it stays as it is
     * @param onnx the ONNX file of the base model
     * @param directory where to, a directory that does not exist yet or is empty
     * @param adapterNames the adapters in the order in which they act
     * @param labels the names of the classes in the order of the outputs, none where a number is
     *     predicted; empty for what the description of the model says
     * @param check takes the adapters in their order; what it throws ends the call
     * @param additions further files
     * @throws IOException if the ONNX file is none, is quantized, has external data, is not of this
     *     base model or lacks a weight that an adapter changes, or the directory can't be written
     *     or holds files already; nothing is left behind then
     * @throws IllegalArgumentException if the model has no directory, no adapter of a name, or an
     *     adapter has a head of its own or of another size, for which the file has no place
     * @throws IllegalStateException if a weight would not be finite, or an adapter was changed
     *     meanwhile
     */
    public static void export(
            AdaptedModel model,
            Path onnx,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Consumer<List<Adapter>> check,
            Additions additions)
            throws IOException {
        ModelDirectory original = MergedModel.directory(model);
        MergedAdapters adapters = new MergedAdapters(model, adapterNames);
        adapters.list().forEach(adapter -> requireNoHead(adapter, onnx));
        adapters.requireSameSize(onnx);
        MergedModel.requireOwnFiles(original);
        boolean trained = adapters.list().stream().anyMatch(OutputLabels::areGivenBy);
        Optional<JsonObject> config =
                MergedModel.config(original, labels, trained, Optional.empty());
        OnnxFile base = OnnxFile.open(onnx);
        Set<String> parameters = ModelAccess.of(model).baseModel().parameters().keySet();
        try (ModelProgram program = original.wholeProgram();
                NDManager scope = PyTorch.newManager()) {
            TorchArchive archive = program.archive();
            Map<String, NDArray> weights = adapters.weights(scope, check).merged();
            InitializerMatches matches = new InitializerMatches(base, weights, scope);
            Map<Initializer, InitializerMatches.Place> replaced =
                    matches.find(archive, MergedModel.tensors(archive, parameters));
            AtomicFiles.writeDirectory(
                    directory,
                    FILE,
                    existing -> false,
                    folder -> {
                        AtomicFiles.writeFile(
                                folder.resolve(FILE),
                                channel -> write(base, replaced, matches, channel, scope));
                        MergedModel.writeDescription(original, folder, config, labels);
                        additions.complete(folder);
                    });
        }
    }

    private static void requireNoHead(Adapter adapter, Path onnx) {
        if (adapter.headConfig().isPresent()) {
            throw new IllegalArgumentException(
                    ("Adapter '%s' brings a head of its own, for which %s has no place; merge it"
                                    + " into a TorchScript model, or train the classifier that a"
                                    + " base model and its ONNX file both have")
                            .formatted(adapter.name(), onnx));
        }
    }

    private static void write(
            OnnxFile base,
            Map<Initializer, InitializerMatches.Place> replaced,
            InitializerMatches matches,
            FileChannel channel,
            NDManager scope)
            throws IOException {
        base.writeTo(channel);
        for (Map.Entry<Initializer, InitializerMatches.Place> entry : replaced.entrySet()) {
            try (NDManager own = scope.newSubManager()) {
                Initializer initializer = entry.getKey();
                base.replace(
                        channel,
                        initializer,
                        matches.mergedData(initializer, entry.getValue(), own));
            }
        }
    }
}
