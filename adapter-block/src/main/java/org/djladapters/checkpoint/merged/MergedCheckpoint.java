/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.model.access.ModelAccess;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * Writes models with merged adapters as HuggingFace checkpoints: the weights by the names that they
 * have there, which are those of an export without the exporter's wrapper.
 */
public final class MergedCheckpoint {

    /** The name that libraries expect beside a {@code config.json}. */
    public static final String FILE = "model.safetensors";

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
     * @param files texts of further files by their names, which can be in folders
     * @param check takes the adapters in their order; what it throws ends the call
     * @throws IOException if the directory can't be written or holds files already, or a file of
     *     the model is a link that leads out of its directory; nothing is left behind then
     * @throws IllegalArgumentException if the model has no directory, no adapter of a name, or an
     *     adapter has a head of its own, for which the checkpoint has no place
     * @throws IllegalStateException if a weight would not be finite, or an adapter was changed
     *     meanwhile
     */
    public static void export(
            AdaptedModel model,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Map<String, String> files,
            Consumer<List<Adapter>> check)
            throws IOException {
        ModelDirectory original = MergedModel.directory(model);
        List<Adapter> adapters = adapterNames.stream().map(model::adapter).toList();
        List<Map<String, String>> texts = adapters.stream().map(Adapter::texts).toList();
        adapters.forEach(MergedCheckpoint::requireNoHead);
        MergedModel.requireOwnFiles(original);
        boolean trained = adapters.stream().anyMatch(OutputLabels::areGivenBy);
        Optional<JsonObject> config =
                MergedModel.config(original, labels, trained, Optional.empty());
        Map<String, NDArray> base = ModelAccess.of(model).baseModel().parameters();
        try (ModelProgram program = original.program(DataType.FLOAT32);
                NDManager scope = NDManager.newBaseManager("PyTorch")) {
            TorchArchive archive = program.archive();
            Map<String, NDArray> merged =
                    ModelAccess.of(model)
                            .mergedWeights(
                                    scope,
                                    adapterNames,
                                    read -> {
                                        check.accept(read);
                                        MergedModel.requireSame(adapters, texts, read);
                                    });
            Map<String, TensorRecord> tensors = MergedModel.tensors(archive, base.keySet());
            Map<String, NDArray> weights = withoutCopies(base, merged, tensors);
            boolean untied = isUntied(merged, tensors);
            AtomicFiles.writeDirectory(
                    directory,
                    FILE,
                    existing -> false,
                    folder -> {
                        SafetensorsFile.write(
                                folder.resolve(FILE), weights, Map.of("format", "pt"));
                        MergedModel.copyCompanions(original, folder);
                        MergedModel.writeConfig(
                                original, folder, untied ? untie(original, config) : config);
                        MergedModel.writeFiles(files, folder);
                    });
        }
    }

    /** All weights, those of the adapters in their new form; one that has two names only once. */
    private static Map<String, NDArray> withoutCopies(
            Map<String, NDArray> base,
            Map<String, NDArray> merged,
            Map<String, TensorRecord> tensors) {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        Map<TensorRecord, String> written = new HashMap<>();
        base.forEach(
                (name, array) -> {
                    String twin = written.putIfAbsent(tensors.get(name), name);
                    if (twin == null || merged.containsKey(name) || merged.containsKey(twin)) {
                        weights.put(name, merged.getOrDefault(name, array));
                    }
                });
        return weights;
    }

    /** Tells whether a weight is not any more what the model has under another name. */
    private static boolean isUntied(
            Map<String, NDArray> merged, Map<String, TensorRecord> tensors) {
        return merged.keySet().stream()
                .anyMatch(
                        name ->
                                tensors.entrySet().stream()
                                        .anyMatch(
                                                other ->
                                                        !other.getKey().equals(name)
                                                                && other.getValue()
                                                                        .equals(
                                                                                tensors.get(
                                                                                        name))));
    }

    private static Optional<JsonObject> untie(ModelDirectory original, Optional<JsonObject> config)
            throws IOException {
        JsonObject changed =
                config.isPresent()
                        ? config.get()
                        : original.json("config.json").orElseGet(JsonObject::new);
        changed.addProperty(TIED, false);
        return Optional.of(changed);
    }

    private static void requireNoHead(Adapter adapter) {
        if (adapter.headConfig().isPresent()) {
            throw new IllegalArgumentException(
                    ("Adapter '%s' brings a head of its own, for which a HuggingFace checkpoint of"
                                    + " the model has no place; merge it into a TorchScript model")
                            .formatted(adapter.name()));
        }
    }
}
