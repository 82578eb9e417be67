/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.checkpoint.AdapterDirectory.Layout;
import org.djladapters.checkpoint.head.HeadFile;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.ElementType;
import org.djladapters.safetensors.SafetensorsFile;

/** Writes an adapter into a directory. */
final class AdapterWriter {

    private final AdaptedModel model;
    private final Adapter adapter;
    private final AdapterFormat format;
    private final ModuleNames names;

    AdapterWriter(AdaptedModel model, String adapterName) throws IOException {
        this.model = model;
        adapter = model.adapter(adapterName);
        format =
                Methods.of(adapter.config())
                        .map(MethodDescriptor::format)
                        .orElseThrow(() -> unknown(adapter.config().method()));
        names = Classifier.names(model, adapter.headConfig());
    }

    private static IllegalArgumentException unknown(String method) {
        return new IllegalArgumentException(
                "Adapters of the method '%s' can't be saved".formatted(method));
    }

    /** Writes all files or none; see {@link AdapterDirectory}. */
    void write(Path directory, Layout layout, Map<String, String> given) throws IOException {
        Map<String, String> texts = new TreeMap<>(texts(given));
        texts.put(AdapterFiles.CONFIG, config());
        if (adapter.headConfig().isPresent() && names.equals(ModuleNames.SAME)) {
            texts.put(HeadFile.NAME, HeadFile.text(adapter.headConfig().get()));
        }
        AtomicFiles.writeDirectory(
                directory,
                AdapterFiles.CONFIG,
                AdapterFiles::isAdapter,
                folder -> {
                    for (Map.Entry<String, String> text : texts.entrySet()) {
                        AtomicFiles.writeString(folder.resolve(text.getKey()), text.getValue());
                    }
                    try (NDManager scope = PyTorch.newManager()) {
                        SafetensorsFile.write(
                                folder.resolve(AdapterFiles.TENSORS),
                                tensors(layout == Layout.REFERENCE, scope),
                                metadata());
                    }
                });
    }

    /** Adds to given texts the adapter's own and a card. */
    private Map<String, String> texts(Map<String, String> given) throws IOException {
        for (String name : given.keySet()) {
            if (!AdapterFiles.TEXTS.contains(name)) {
                throw new IllegalArgumentException(
                        "An adapter directory can't hold the file '%s'; it may hold %s"
                                .formatted(name, AdapterFiles.TEXTS.stream().sorted().toList()));
            }
        }
        Map<String, String> texts = new TreeMap<>();
        if (!given.containsKey(LabelsFile.NAME)) {
            texts.putAll(AdapterFiles.ofOutputs(adapter.record()));
        }
        texts.putAll(given);
        if (!texts.containsKey(AdapterFiles.README)) {
            String record = given.get(AdapterDirectory.PROVENANCE);
            ModelCard card = new ModelCard(model, adapter, format.isReadByPeft());
            texts.put(
                    AdapterFiles.README,
                    card.text(
                            record == null
                                    ? Optional.empty()
                                    : Optional.of(
                                            Provenance.parse(AdapterDirectory.PROVENANCE, record)),
                            Optional.ofNullable(texts.get(LabelsFile.NAME))));
        }
        return texts;
    }

    private Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>(BaseWeights.of(model));
        metadata.put("format", "pt");
        return metadata;
    }

    private String config() throws IOException {
        Map<String, JsonElement> fields = new TreeMap<>();
        fields.put("peft_type", new JsonPrimitive(format.peftType()));
        fields.put("auto_mapping", JsonNull.INSTANCE);
        fields.put("revision", text(model.directory().flatMap(ModelDirectory::hubRevision)));
        fields.put("task_type", JsonNull.INSTANCE);
        fields.put("inference_mode", new JsonPrimitive(true));
        fields.put(
                "base_model_name_or_path",
                text(model.directory().map(d -> d.hubName().orElseGet(d::name))));
        List<String> saved = new ArrayList<>(names.headModules());
        saved.addAll(adapter.config().modulesToSave());
        fields.put("modules_to_save", TargetFields.list(saved));
        format.write(portable(), fields);
        format.writeLayers(
                adapter.targetModules().keySet().stream().map(TargetModule::weight).toList(),
                fields);
        JsonObject json = new JsonObject();
        fields.forEach(json::add);
        Classifier.write(names, model, json);
        return JsonFiles.text(names.toFile(json, paths(model.targetModules())));
    }

    private static JsonElement text(Optional<String> value) {
        return value.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }

    private static List<String> paths(Collection<TargetModule> modules) {
        return modules.stream().map(TargetModule::path).toList();
    }

    /**
     * Returns the configuration with targets that mean the same in any model of the architecture.
     * Modules are listed where PEFT would select more of them.
     */
    private AdapterConfig portable() throws IOException {
        List<String> paths = paths(adapter.targetModules().keySet());
        AdapterConfig config = adapter.config();
        Targets targets = config.targets();
        boolean listed =
                format.isReadByPeft()
                        && ((targets.isAllLinear() && hasClassifier())
                                || Classifier.leavesPoolerOut(names, model, adapter));
        return config.withTargets(
                listed
                        ? Targets.of(paths.toArray(String[]::new))
                        : TargetFields.portable(targets, paths));
    }

    /** Tells whether the model has a head that PEFT counts among all linear layers. */
    private boolean hasClassifier() {
        return model.targetModules().stream()
                .anyMatch(m -> m.isLinear() && m.isHead() && !m.path().equals("lm_head"));
    }

    /** Returns the tensors by their names in files, skew matrices packed or in full. */
    private Map<String, NDArray> tensors(boolean full, NDManager scope) {
        Map<String, NDArray> values = model.values(adapter.name(), scope);
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        values.forEach((key, value) -> tensors.put(TensorNames.of(key, adapter, names), value));
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            String path = module.path() + ".";
                            for (String name : block.getDirectParameters().keys()) {
                                NDArray value = values.get(path + name);
                                NDArray stored =
                                        format.toFile(
                                                adapter.config(), block, name, value, full, scope);
                                tensors.put(TensorNames.of(path + name, names), stored);
                            }
                            block.fixed()
                                    .forEach(
                                            (name, array) ->
                                                    tensors.put(
                                                            TensorNames.of(path + name, names),
                                                            array));
                        });
        adapter.shared().forEach((name, array) -> tensors.put(TensorNames.shared(name), array));
        tensors.replaceAll((name, array) -> storable(array, scope));
        return tensors;
    }

    /**
     * Converts bfloat16, of which modules trained in full may be, to float32: DJL can't name it.
     */
    private static NDArray storable(NDArray array, NDManager scope) {
        if (ElementType.of(array.getDataType()).isPresent()) {
            return array;
        }
        NDArray float32 = array.toType(DataType.FLOAT32, false);
        float32.attach(scope);
        return float32;
    }
}
