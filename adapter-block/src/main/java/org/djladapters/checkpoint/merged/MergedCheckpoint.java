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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelAccess;

/**
 * Writes models with merged adapters as HuggingFace checkpoints: the weights by the names that they
 * have there, which are those of an export without the exporter's wrapper, and by the types. What
 * no adapter changes of a checkpoint stays bit for bit, also what its program has no need of.
 */
public final class MergedCheckpoint {

    /** Whether a folder is whole, by the file that every checkpoint has. */
    private static final String MARKER = "config.json";

    private static final String TIED = "tie_word_embeddings";

    private MergedCheckpoint() {}

    /**
     * Exports a model with adapters merged if a check passes of these. Nothing of them changes
     * between the check and the moment at which all that is exported has been read.
     *
     * @param model a model opened from a directory; it stays as it is
     * @param directory where to, a directory that does not exist yet or is empty
     * @param adapterNames the adapters in the order in which they act
     * @param labels the names of the classes in the order of the outputs, none where a number is
     *     predicted; empty for what the description of the model says
     * @param check takes the adapters in their order; what it throws ends the call
     * @param additions further files
     * @throws IOException if the directory can't be written or holds files already, or a file of
     *     the model is a link that leads out of its directory; nothing is left behind then
     * @throws IllegalArgumentException if the model has no directory, no adapter of a name, or an
     *     adapter has a head of its own that no class of transformers computes
     * @throws IllegalStateException if a weight would not be finite, or an adapter was changed
     *     meanwhile
     */
    public static void export(
            AdaptedModel model,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Consumer<List<Adapter>> check,
            Additions additions)
            throws IOException {
        export(
                model,
                directory,
                adapterNames,
                labels,
                check,
                additions,
                CheckpointTensors.LARGEST_FILE);
    }

    /** Exports as above, in files of a size. */
    static void export(
            AdaptedModel model,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Consumer<List<Adapter>> check,
            Additions additions,
            long largestFile)
            throws IOException {
        ModelDirectory original = MergedModel.directory(model);
        MergedAdapters adapters = new MergedAdapters(model, adapterNames);
        Optional<Adapter> headed = adapters.headed();
        CheckpointHead head = headed.isPresent() ? CheckpointHead.of(original, headed.get()) : null;
        MergedModel.requireOwnFiles(original);
        JsonObject config = original.json("config.json").orElseGet(JsonObject::new);
        describe(config, model, adapters.list(), adapters.labels(labels), headed, head);
        try (ModelProgram program = original.program(DataType.FLOAT32);
                NDManager scope = PyTorch.newManager()) {
            MergedAdapters.Weights read = adapters.weights(scope, check);
            CheckpointTensors tensors = tensors(model, program, read.merged(), scope);
            if (head != null) {
                tensors.add(head, read.head());
            }
            if (tensors.isUntied()) {
                config.addProperty(TIED, false);
            }
            AtomicFiles.writeDirectory(
                    directory,
                    MARKER,
                    existing -> false,
                    folder -> {
                        tensors.write(folder, largestFile);
                        MergedModel.copyCompanions(original, folder);
                        AtomicFiles.writeString(folder.resolve(MARKER), JsonFiles.text(config));
                        AtomicFiles.writeString(
                                folder.resolve("README.md"),
                                MergedCard.text(
                                        original,
                                        adapters.list(),
                                        className(config),
                                        additions.files().containsKey("modules.json")));
                        additions.complete(folder);
                    });
        }
    }

    private static CheckpointTensors tensors(
            AdaptedModel model,
            ModelProgram program,
            Map<String, NDArray> merged,
            NDManager scope) {
        if (program.checkpoint().isPresent()) {
            return CheckpointTensors.ofCheckpoint(program.checkpoint().get(), merged, scope);
        }
        Map<String, NDArray> base = ModelAccess.of(model).baseModel().parameters();
        return CheckpointTensors.ofExport(
                base, merged, MergedModel.tensors(program.archive(), base.keySet()), scope);
    }

    /** Writes into a configuration what is new: a head's class, and the names of its outputs. */
    private static void describe(
            JsonObject config,
            AdaptedModel model,
            List<Adapter> adapters,
            Optional<List<String>> labels,
            Optional<Adapter> headed,
            CheckpointHead head)
            throws IOException {
        boolean trained = adapters.stream().anyMatch(OutputLabels::areGivenBy);
        if (head == null) {
            labels.ifPresent(names -> OutputLabels.write(names, config, trained));
            return;
        }
        MergedModel.renameArchitecture(config, head.task());
        int outputs = headed.orElseThrow().headConfig().orElseThrow().outputs();
        boolean positions = headed.get().headConfig().get().hasPositions();
        Optional<List<String>> names =
                labels.isEmpty() && !OutputLabels.areUnresolved(headed.get())
                        ? OutputLabels.of(model, headed.get())
                        : labels;
        OutputLabels.write(
                names.orElseGet(
                        () -> IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList()),
                config,
                names.isPresent() && !positions);
    }

    private static String className(JsonObject config) {
        return config.get("architectures") instanceof JsonArray names && !names.isEmpty()
                ? names.get(0).getAsString()
                : "AutoModel";
    }
}
