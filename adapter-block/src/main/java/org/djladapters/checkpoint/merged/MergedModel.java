/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.ArchiveEditor;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorData;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.architecture.Checkpoint;
import org.djladapters.hub.architecture.ModelProgram;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.OwnFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.model.AdaptedModel;

/**
 * Writes models with merged adapters as plain DJL models: directories that {@code Criteria} opens
 * without this library. Everything but the adapted weights, the calls of linear layers and the
 * order of elements in their weights is a copy of the original.
 *
 * <p>It knows nothing of tasks: {@code TaskModel} is what exports a model with the names of its
 * classes and all that DJL's translators have to be told.
 */
public final class MergedModel {

    private static final String CONFIG = "config.json";
    private static final String SERVING = "serving.properties";
    private static final String NAME = "option.modelName";
    private static final String SYNSET = "synset.txt";

    /** What may lie beside an archive and belongs to the model. */
    private static final List<String> COMPANIONS =
            List.of(
                    "generation_config.json",
                    "chat_template.jinja",
                    "chat_template.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "spiece.model",
                    "spm.model",
                    "tokenizer.model",
                    "sentencepiece.bpe.model",
                    "preprocessor_config.json",
                    "processor_config.json",
                    SYNSET,
                    "LICENSE",
                    "LICENSE.md",
                    "LICENSE.txt",
                    "NOTICE");

    private MergedModel() {}

    /**
     * Exports a model with adapters merged.
     *
     * @param model a model opened from a directory; it stays as it is
     * @param directory where to, a directory that does not exist yet or is empty
     * @param adapterNames the adapters in the order in which they act; none for the model as it is
     *     without
     * @param labels the names of the classes in the order of the outputs, none where a number is
     *     predicted; empty for what the description of the model says, or {@link OutputLabels} of
     *     an adapter with a head
     * @param serving entries of {@code serving.properties} that come in the place of the
     *     original's; an empty one takes the original's out
     * @throws IOException if the directory can't be written or holds files already, or a file of
     *     the model is a link that leads out of its directory; nothing is left behind then
     * @throws IllegalArgumentException if the model has no directory, or no adapter of a name
     * @throws IllegalStateException if a weight would not be finite, or several adapters have a
     *     head
     */
    public static void export(
            AdaptedModel model,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Map<String, String> serving)
            throws IOException {
        export(
                model,
                directory,
                adapterNames,
                labels,
                serving,
                LinearProducts.PORTABLE,
                adapters -> {},
                Additions.NONE);
    }

    /**
     * Exports a model with adapters merged if a check passes of these. Nothing of them changes
     * between the check and the moment at which all that is exported has been read.
     *
     * @param model as above
     * @param directory as above
     * @param adapterNames as above
     * @param labels as above
     * @param serving as above
     * @param products how linear layers compute their products
     * @param check takes the adapters in their order; what it throws ends the call
     * @param additions further files
     * @throws IOException as above
     * @throws IllegalArgumentException as above
     * @throws IllegalStateException as above, or if an adapter was changed meanwhile
     */
    public static void export(
            AdaptedModel model,
            Path directory,
            List<String> adapterNames,
            Optional<List<String>> labels,
            Map<String, String> serving,
            LinearProducts products,
            Consumer<List<Adapter>> check,
            Additions additions)
            throws IOException {
        ModelDirectory original = directory(model);
        MergedAdapters adapters = new MergedAdapters(model, adapterNames);
        Adapter headed = adapters.headed().orElse(null);
        requireOneText(headed);
        boolean trained =
                headed != null || adapters.list().stream().anyMatch(OutputLabels::areGivenBy);
        Optional<List<String>> classes =
                labels.isEmpty() && headed != null && !OutputLabels.areUnresolved(headed)
                        ? OutputLabels.of(model, headed)
                        : adapters.labels(labels);
        requireOwnFiles(original);
        Optional<HeadConfig> newHead = Optional.ofNullable(headed).flatMap(Adapter::headConfig);
        Optional<JsonObject> config = config(original, classes, trained, newHead);
        try (ModelProgram whole = original.wholeProgram();
                NDManager scope = PyTorch.newManager()) {
            TorchArchive archive = whole.archive();
            ArchiveEditor editor = archive.edit();
            MergedAdapters.Weights read = adapters.weights(scope, check);
            Map<String, NDArray> weights = new LinkedHashMap<>(read.merged());
            ProgramChanges program = new ProgramChanges(archive);
            products.program().ifPresent(functions -> program.speedUp(functions, products.rows()));
            if (products.program().equals(Optional.of(MergedProgram.ONEDNN))) {
                weights.keySet().removeAll(layByColumns(model, weights, archive, editor));
            }
            replace(weights, archive, editor, scope).forEach(program::untie);
            program.putInto(editor);
            if (headed != null) {
                new HeadProgram(archive).putInto(editor, newHead.orElseThrow(), read.head(), scope);
            }
            AtomicFiles.writeDirectory(
                    directory,
                    original.name() + ".pt",
                    existing -> false,
                    folder -> {
                        editor.write(folder.resolve(original.name() + ".pt"));
                        writeDescription(original, folder, config, classes);
                        writeServing(original, folder, serving);
                        additions.complete(folder);
                    });
        }
    }

    /** Refuses a head on two texts, which neither the program nor DJL's translators have. */
    private static void requireOneText(Adapter headed) {
        if (headed != null
                && headed.headConfig().orElseThrow().pairs() == HeadConfig.PairEncoding.BI) {
            throw new IllegalArgumentException(
                    ("Adapter '%s' compares two texts that go through the model one by one, which"
                                    + " DJL's translators don't do; predict with the adapter"
                                    + " plugged in, or train it with the pair encoding cross")
                            .formatted(headed.name()));
        }
    }

    static ModelDirectory directory(AdaptedModel model) {
        return model.directory()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Only a model that was opened from a directory can be"
                                                + " exported; save native Blocks with Model.save"));
    }

    /**
     * Writes the weights of linear layers column by column, as oneDNN reads them, but for weights
     * that several modules share. Returns the names of those that are written.
     */
    private static Set<String> layByColumns(
            AdaptedModel model,
            Map<String, NDArray> changed,
            TorchArchive archive,
            ArchiveEditor editor) {
        Map<String, ModuleNode> owners = owners(archive);
        Set<String> written = new HashSet<>();
        for (TargetModule target : model.targetModules()) {
            WeightSpec weight = target.weight();
            if (target.kind() != WeightSpec.Kind.LINEAR
                    || Math.min(weight.inputs(), weight.features()) < Matmul.LEAST_SIDE) {
                continue;
            }
            String name = target.parameter();
            ModuleNode node = owner(name, owners);
            String attribute = name.substring(name.lastIndexOf('.') + 1);
            TensorRecord old = node.tensor(attribute).orElseThrow().tensor();
            NDArray merged = changed.get(name);
            if (old.dataType() != DataType.FLOAT32
                    || isShared(old, owners.values())
                    || (merged != null && !merged.getShape().equals(old.shape()))) {
                continue;
            }
            TensorData data =
                    merged == null
                            ? out -> writeColumns(archive, old, out)
                            : out -> writeColumns(merged, old.dataType(), out);
            editor.replaceByColumns(node.path(), attribute, data);
            written.add(name);
        }
        return written;
    }

    /** Writes a matrix of an archive column by column; there is one such copy at a time. */
    private static void writeColumns(TorchArchive archive, TensorRecord matrix, OutputStream out)
            throws IOException {
        try (NDManager scope = PyTorch.newManager()) {
            ByteBuffer bytes = archive.read(matrix);
            writeColumns(
                    scope.create(bytes, matrix.shape(), matrix.dataType()), matrix.dataType(), out);
        }
    }

    private static void writeColumns(NDArray matrix, DataType type, OutputStream out)
            throws IOException {
        try (NDManager scope = PyTorch.newManager()) {
            NDArray columns = matrix.transpose();
            columns.attach(scope);
            TensorData.of(ArrayBytes.of(columns, type, scope)).writeTo(out);
        }
    }

    /** Tells whether a tensor is a matrix that an earlier export has written column by column. */
    private static boolean liesByColumns(TensorRecord tensor) {
        return !tensor.isContiguous()
                && tensor.strides().equals(List.of(1L, tensor.shape().get(0)));
    }

    /** Tells whether several tensors of the modules lie in the same memory. */
    private static boolean isShared(TensorRecord tensor, Collection<ModuleNode> modules) {
        return modules.stream()
                        .distinct()
                        .flatMap(node -> node.tensors().stream())
                        .filter(other -> other.tensor().storageKey().equals(tensor.storageKey()))
                        .count()
                > 1;
    }

    /** Replaces weights; returns the modules whose tensors were replaced or are their copies. */
    private static Map<ModuleNode, String> replace(
            Map<String, NDArray> weights,
            TorchArchive archive,
            ArchiveEditor editor,
            NDManager scope) {
        Map<String, ModuleNode> owners = owners(archive);
        Map<ModuleNode, String> tied = new LinkedHashMap<>();
        weights.forEach(
                (name, array) -> {
                    ModuleNode node = owner(name, owners);
                    String attribute = name.substring(name.lastIndexOf('.') + 1);
                    TensorRecord old = node.tensor(attribute).orElseThrow().tensor();
                    DataType type = old.dataType();
                    if (!array.getShape().equals(old.shape())) {
                        editor.replaceTensor(
                                node.path(),
                                attribute,
                                array.getShape(),
                                ArrayBytes.of(array, type, scope));
                    } else if (liesByColumns(old)) {
                        editor.replaceByColumns(
                                node.path(), attribute, out -> writeColumns(array, type, out));
                    } else {
                        editor.replaceTensor(
                                node.path(), attribute, ArrayBytes.of(array, type, scope));
                    }
                    owners.forEach(
                            (path, owner) -> {
                                String own = path.substring(path.lastIndexOf('.') + 1);
                                if (owner.tensor(own).orElseThrow().tensor().equals(old)) {
                                    tied.put(owner, own);
                                }
                            });
                });
        return tied;
    }

    /** The modules of an archive by the names of their tensors. */
    private static Map<String, ModuleNode> owners(TorchArchive archive) {
        Map<String, ModuleNode> owners = new HashMap<>();
        for (ModuleNode node : archive.module().stream().toList()) {
            for (TensorAttribute tensor : node.tensors()) {
                String path = node.path().isEmpty() ? "" : node.path() + ".";
                owners.put(path + tensor.name(), node);
            }
        }
        return owners;
    }

    /** The module of a parameter: an exporter's wrapper is no part of the parameter's name. */
    private static ModuleNode owner(String parameter, Map<String, ModuleNode> owners) {
        return owners.getOrDefault("model." + parameter, owners.get(parameter));
    }

    /** The tensors of an archive that are these parameters, in their order. */
    static Map<String, TensorRecord> tensors(TorchArchive archive, Set<String> parameters) {
        Map<String, ModuleNode> owners = owners(archive);
        Map<String, TensorRecord> tensors = new LinkedHashMap<>();
        for (String name : parameters) {
            String attribute = name.substring(name.lastIndexOf('.') + 1);
            tensors.put(name, owner(name, owners).tensor(attribute).orElseThrow().tensor());
        }
        return tensors;
    }

    /** Writes what lies beside the model itself, but for {@code serving.properties}. */
    static void writeDescription(
            ModelDirectory original,
            Path folder,
            Optional<JsonObject> config,
            Optional<List<String>> classes)
            throws IOException {
        copyCompanions(original, folder);
        writeConfig(original, folder, config);
        if (classes.isPresent() && !isText(original)) {
            AtomicFiles.writeString(
                    folder.resolve(SYNSET),
                    String.join("\n", OutputLabels.shown(classes.get())) + "\n");
        }
    }

    static void copyCompanions(ModelDirectory original, Path folder) throws IOException {
        for (String name : COMPANIONS) {
            if (original.file(name).isPresent()) {
                Files.copy(original.file(name).get(), folder.resolve(name));
            }
        }
    }

    static Optional<JsonObject> config(
            ModelDirectory original,
            Optional<List<String>> classes,
            boolean trained,
            Optional<HeadConfig> head)
            throws IOException {
        if (classes.isEmpty()) {
            return Optional.empty();
        }
        JsonObject config = original.json(CONFIG).orElseGet(JsonObject::new);
        boolean positions = head.isPresent() && head.get().hasPositions();
        OutputLabels.write(classes.get(), config, trained && !positions);
        if (head.isPresent()) {
            renameArchitecture(config, task(original, head.get()));
        }
        return Optional.of(config);
    }

    /** What HuggingFace calls a model with such a head. */
    private static String task(ModelDirectory original, HeadConfig head) {
        return switch (head.pooling()) {
            case NONE -> CheckpointHead.TOKENS;
            case SPAN -> CheckpointHead.ANSWERS;
            default -> isText(original) ? CheckpointHead.SEQUENCES : CheckpointHead.IMAGES;
        };
    }

    static void writeConfig(ModelDirectory original, Path folder, Optional<JsonObject> changed)
            throws IOException {
        if (changed.isPresent()) {
            AtomicFiles.writeString(folder.resolve(CONFIG), JsonFiles.text(changed.get()));
        } else if (original.file(CONFIG).isPresent()) {
            Files.copy(original.file(CONFIG).get(), folder.resolve(CONFIG));
        }
    }

    private static boolean isText(ModelDirectory original) {
        return original.file("tokenizer.json").isPresent();
    }

    /** BertModel or BertForMaskedLM with a head is a BertForSequenceClassification. */
    static void renameArchitecture(JsonObject config, String task) {
        JsonElement known = config.get("architectures");
        if (!(known instanceof JsonArray names) || names.isEmpty()) {
            return;
        }
        JsonArray renamed = new JsonArray();
        renamed.add(
                new JsonPrimitive(
                        names.get(0).getAsString().replaceFirst("(Model|For[A-Z]\\w*)?$", task)));
        config.add("architectures", renamed);
    }

    private static void writeServing(
            ModelDirectory original, Path folder, Map<String, String> serving) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(NAME, original.name());
        entries.putAll(serving);
        List<String> lines = new ArrayList<>();
        if (original.file(SERVING).isPresent()) {
            for (String line :
                    Files.readAllLines(original.file(SERVING).get(), StandardCharsets.UTF_8)) {
                if (!entries.containsKey(line.replaceFirst("[=:].*", "").strip())) {
                    lines.add(line);
                }
            }
        } else {
            lines.add("engine=PyTorch");
            lines.add("option.mapLocation=true");
            original.servingArguments().forEach(entries::putIfAbsent);
        }
        entries.values().removeIf(String::isEmpty);
        entries.forEach((key, value) -> lines.add(key + "=" + value));
        AtomicFiles.writeString(folder.resolve(SERVING), String.join("\n", lines) + "\n");
    }

    /**
     * Requires that a model's directory holds its files itself, before they go on to others.
     *
     * @param model the model's directory
     * @throws IOException if one of the model's files is a link that leads out of the directory;
     *     the message names it
     */
    public static void requireOwnFiles(ModelDirectory model) throws IOException {
        for (String name : files(model)) {
            OwnFiles.require(model.path(), name);
        }
    }

    /**
     * Lists the files that make up a model: weights, descriptions and what may lie beside them. The
     * folders of sentence-transformers' modules are not among them.
     *
     * @param model the model's directory
     * @return the names of those that are there
     * @throws IOException if the list of a checkpoint's weights is malformed
     */
    public static List<String> files(ModelDirectory model) throws IOException {
        Stream<String> weights =
                model.weightFiles().stream().map(file -> file.getFileName().toString());
        return Stream.of(
                        weights,
                        Stream.of(Checkpoint.INDEX, CONFIG, SERVING),
                        COMPANIONS.stream(),
                        SentenceSettings.fileNames().stream())
                .flatMap(Function.identity())
                .filter(name -> model.file(name).isPresent())
                .toList();
    }
}
