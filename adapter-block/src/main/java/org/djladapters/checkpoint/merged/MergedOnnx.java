/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.archive.TorchArchive;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.kernel.PyTorch;
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
     * Exports a model with adapters merged to a directory that does not exist yet or is empty, from
     * the ONNX file of the base model. A file that is quantized, has external data or lacks a
     * weight that an adapter changes is refused, as is a head of its own or of another size.
     * Nothing is left behind if that fails.
     */
    public static void export(Export export, Path onnx, Path directory) throws IOException {
        ModelDirectory original = export.original();
        MergedAdapters adapters = new MergedAdapters(export);
        adapters.headed().ifPresent(adapter -> refuseHead(adapter, onnx));
        adapters.requireSameSize(onnx);
        Optional<List<String>> labels = adapters.labels();
        OnnxFile base = OnnxFile.open(onnx);
        Set<String> parameters = export.model().baseParameters().keySet();
        try (ModelProgram program = original.wholeProgram();
                NDManager scope = PyTorch.newManager()) {
            TorchArchive archive = program.archive();
            Map<String, NDArray> weights = adapters.weights(scope).merged();
            InitializerMatches matches = new InitializerMatches(base, weights, scope);
            Map<Initializer, InitializerMatches.Place> replaced =
                    matches.find(archive, ArchiveWeights.tensors(archive, parameters));
            export.write(
                    directory,
                    FILE,
                    folder -> {
                        AtomicFiles.writeFile(
                                folder.resolve(FILE),
                                channel -> write(base, replaced, matches, channel, scope));
                        ModelDescription.write(original, adapters, labels, folder);
                    });
        }
    }

    private static void refuseHead(Adapter adapter, Path onnx) {
        throw new IllegalArgumentException(
                ("Adapter '%s' brings a head of its own, for which %s has no place; merge it into a"
                                + " TorchScript model, or train the classifier that a base model"
                                + " and its ONNX file both have")
                        .formatted(adapter.name(), onnx));
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
