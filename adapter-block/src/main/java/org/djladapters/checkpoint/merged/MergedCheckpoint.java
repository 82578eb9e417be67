/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.program.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;

/**
 * Writes models with merged adapters as HuggingFace checkpoints: the weights by the names that they
 * have there, which are those of an export without the exporter's wrapper, and by the types. What
 * no adapter changes of a checkpoint stays bit for bit, also what its program has no need of.
 */
public final class MergedCheckpoint {

    /** The file that every checkpoint has, by which a whole folder is known. */
    private static final String MARKER = ModelDescription.CONFIG;

    private static final String TIED = "tie_word_embeddings";

    private MergedCheckpoint() {}

    /**
     * Exports a model with adapters merged to a directory that does not exist yet or is empty.
     * Nothing is left behind if that fails.
     *
     * @param type the type of all weights; empty for the types that they have in the base model
     */
    public static void export(Export export, Path directory, Optional<DataType> type)
            throws IOException {
        export(export, directory, type, CheckpointTensors.LARGEST_FILE);
    }

    /** Exports in files of a size. */
    static void export(Export export, Path directory, Optional<DataType> type, long largestFile)
            throws IOException {
        ModelDirectory original = export.original();
        MergedAdapters adapters = new MergedAdapters(export);
        Optional<Adapter> headed = adapters.headed();
        CheckpointHead head = headed.isPresent() ? CheckpointHead.of(original, headed.get()) : null;
        JsonObject config = original.fields(MARKER).json();
        describe(config, adapters, head);
        try (ModelProgram program = original.program(DataType.FLOAT32);
                NDManager scope = PyTorch.newManager()) {
            MergedAdapters.Weights read = adapters.weights(scope);
            CheckpointTensors tensors = tensors(export.model(), program, read.merged(), type);
            type.ifPresent(chosen -> config.addProperty(typeKey(config), Precision.nameOf(chosen)));
            if (head != null) {
                tensors.add(head, read.head());
            }
            if (tensors.isUntied()) {
                requirePlainTie(original);
                config.addProperty(TIED, false);
            }
            String card =
                    MergedCard.text(
                            original,
                            adapters.list(),
                            className(config),
                            export.files().containsKey("modules.json"));
            export.write(
                    directory,
                    MARKER,
                    folder -> {
                        tensors.write(folder, largestFile);
                        ModelDescription.copyCompanions(original, folder);
                        AtomicFiles.writeString(folder.resolve(MARKER), JsonFiles.text(config));
                        AtomicFiles.writeString(folder.resolve("README.md"), card);
                    });
        }
    }

    private static void requirePlainTie(ModelDirectory original) throws IOException {
        String type = original.modelType().orElse("");
        if (Architectures.traits(type).scaledTie()) {
            throw new IllegalArgumentException(
                    ("The head of '%s' is the embedding of its tokens, and an adapter changes one"
                         + " of the two, which transformers has no place for in a model of type %s;"
                         + " merge it into a TorchScript model")
                            .formatted(original.path(), type));
        }
    }

    private static CheckpointTensors tensors(
            AdaptedModel model,
            ModelProgram program,
            Map<String, NDArray> merged,
            Optional<DataType> type) {
        if (program.checkpoint().isPresent()) {
            return CheckpointTensors.ofCheckpoint(program.checkpoint().get(), merged, type);
        }
        Map<String, NDArray> base = model.baseParameters();
        return CheckpointTensors.ofExport(
                base, merged, ArchiveWeights.tensors(program.archive(), base.keySet()), type);
    }

    /** Returns the name that a configuration has for the type of weights, the old one if none. */
    private static String typeKey(JsonObject config) {
        return config.has("dtype") ? "dtype" : "torch_dtype";
    }

    /** Writes into a configuration what is new: a head's class, and the names of its outputs. */
    private static void describe(JsonObject config, MergedAdapters adapters, CheckpointHead head)
            throws IOException {
        Optional<List<String>> labels = adapters.labels();
        if (head != null) {
            ModelDescription.renameClass(config, head.task());
        }
        if (labels.isPresent()) {
            ModelDescription.nameOutputs(config, adapters, labels.get());
        } else if (head != null) {
            int outputs = adapters.head().orElseThrow().outputs();
            OutputLabels.write(
                    IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList(),
                    config,
                    false);
        }
    }

    private static String className(JsonObject config) {
        return config.get("architectures") instanceof JsonArray names && !names.isEmpty()
                ? names.get(0).getAsString()
                : "AutoModel";
    }
}
