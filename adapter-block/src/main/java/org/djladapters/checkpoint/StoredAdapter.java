/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.checkpoint.head.HeadFile;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * An adapter directory as it is read for a model: first what its files say without the values, then
 * the tensors, which are checked before an adapter gets them.
 *
 * @param config what the configuration asks for
 * @param head the head that the adapter brings, null for none
 * @param names where the checkpoint keeps the modules of the model
 */
record StoredAdapter(
        AdaptedModel model,
        Path directory,
        AdapterFormat format,
        AdapterConfig config,
        HeadConfig head,
        ModuleNames names) {

    /** Puts a new adapter into a model. */
    @FunctionalInterface
    interface Placing {
        Adapter put(
                String name,
                AdapterConfig config,
                HeadConfig head,
                Function<List<WeightSpec>, List<WeightAdapter>> factory,
                Consumer<Adapter> values);
    }

    /** Reads what the files of a directory say besides the values. */
    static StoredAdapter read(AdaptedModel model, Path directory) throws IOException {
        AdapterFiles.require(directory, AdapterFiles.CONFIG);
        Path tensors = AdapterFiles.requireTensors(directory);
        ConfigFields stored = AdapterFiles.config(directory);
        HeadConfig head = HeadFile.read(directory.resolve(HeadFile.NAME)).orElse(null);
        Optional<Classifier> classifier =
                head == null ? Classifier.find(model, stored, tensors) : Optional.empty();
        ModuleNames names = classifier.map(Classifier::names).orElse(ModuleNames.SAME);
        List<String> paths = model.targetModules().stream().map(TargetModule::path).toList();
        ConfigFields fields = stored.map(json -> names.toModel(json, paths));
        AdapterFormat format = AdapterFiles.method(fields).format();
        AdapterConfig config = format.read(fields, modulesToSave(model, fields, names));
        Optional<String> pooler = model.baseModel().facts().pooler();
        if (pooler.isEmpty()) {
            config = names.withoutAbsent(config, paths);
        } else if (reaches(pooler.get(), config, tensors, paths, names)) {
            config = config.withTargets(config.targets().withPooler());
        }
        config = inItsTower(config, model, directory);
        fields.refuseOthers();
        return new StoredAdapter(
                model,
                directory,
                format,
                config,
                classifier.map(Classifier::head).orElse(head),
                names);
    }

    /** Both towers of a model of texts and images have layers of the same names. */
    private static AdapterConfig inItsTower(
            AdapterConfig config, AdaptedModel model, Path directory) throws IOException {
        Optional<ModelTower> tower = AdapterDirectory.tower(directory);
        if (tower.isEmpty() || config.targets().isNone()) {
            return config;
        }
        List<String> selected =
                model.targetModules(config.targets()).stream().map(TargetModule::path).toList();
        String[] own =
                selected.stream()
                        .filter(path -> tower.get().holds(path + '.'))
                        .toArray(String[]::new);
        return own.length == 0 || own.length == selected.size()
                ? config
                : config.withTargets(Targets.of(own));
    }

    /**
     * PEFT also lists modules by names that the model does not have, as guesses for classifiers.
     */
    private static List<String> modulesToSave(
            AdaptedModel model, ConfigFields fields, ModuleNames names) throws IOException {
        Set<String> parameters = model.baseParameters().keySet();
        return fields.strings("modules_to_save").stream()
                .distinct()
                .filter(module -> !names.headModules().contains(module))
                .filter(
                        module ->
                                parameters.stream()
                                        .anyMatch(p -> ("." + p).contains("." + module + ".")))
                .toList();
    }

    /**
     * Tells whether an adapter has something for a module: the file has tensors of it, or has only
     * tensors that all layers share which the targets select.
     */
    private static boolean reaches(
            String module, AdapterConfig config, Path path, List<String> layers, ModuleNames names)
            throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<String> keys =
                    file.tensors().keySet().stream()
                            .map(name -> names.toKey(TensorNames.plain(name)))
                            .toList();
            Predicate<String> has = layer -> keys.stream().anyMatch(k -> k.startsWith(layer + "."));
            return has.test(module)
                    || (layers.stream().noneMatch(has) && !config.targets().isNone());
        }
    }

    Path configFile() {
        return directory.resolve(AdapterFiles.CONFIG);
    }

    Path tensorsFile() {
        return directory.resolve(AdapterFiles.TENSORS);
    }

    /** Adds the adapter to the model, or puts it in the place of another one. */
    Adapter put(String name, Placing placing) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(tensorsFile())) {
            AdapterTensors tensors = tensors(file);
            AdapterConfig asStored = format.asStored(config, file.tensors());
            return placing.put(
                    name,
                    asStored,
                    head,
                    weights -> newAdapters(asStored, tensors, weights),
                    adapter -> fill(adapter, tensors, false));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException e) {
            if (model.names().contains(name)) {
                throw e;
            }
            throw new MalformedFileException(
                    configFile(), "can't be added to the model: " + e.getMessage(), e);
        }
    }

    /** Puts the values of the directory in the place of those that an adapter of the model has. */
    void swapInto(Adapter adapter) throws IOException {
        requireSimilar(adapter);
        try (SafetensorsFile file = SafetensorsFile.open(tensorsFile())) {
            AdapterTensors tensors = tensors(file);
            AdapterConfig asStored = format.asStored(config, file.tensors());
            model.registry()
                    .swap(
                            adapter.name(),
                            asStored,
                            weights -> newAdapters(asStored, tensors, weights),
                            other -> fill(other, tensors, format.mayLackLayers()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    configFile(),
                    "can't take the place of adapter '" + adapter.name() + "': " + e.getMessage(),
                    e);
        }
    }

    private void requireSimilar(Adapter adapter) throws MalformedFileException {
        if (!format.isFor(adapter.config())) {
            throw new MalformedFileException(
                    configFile(),
                    ("is of the method '%s', but adapter '%s' is of '%s'; load it "
                                    + "as a separate adapter")
                            .formatted(config.method(), adapter.name(), adapter.config().method()));
        }
        if (!adapter.headConfig().equals(Optional.ofNullable(head))) {
            throw new MalformedFileException(
                    configFile(),
                    "has a different head than adapter '"
                            + adapter.name()
                            + "'; load it as a separate adapter");
        }
    }

    /** Returns the tensors of a file whose names alone show no reason to refuse it. */
    private AdapterTensors tensors(SafetensorsFile file) throws IOException {
        format.check(tensorsFile(), file.tensors().keySet());
        TensorChecks checks = new TensorChecks(this, file);
        checks.requireSameArchitecture();
        BaseWeights.require(model, directory, file.metadata());
        if (head != null) {
            checks.requireHeld(head);
        }
        return new AdapterTensors(this, file, checks);
    }

    private List<WeightAdapter> newAdapters(
            AdapterConfig asStored, AdapterTensors tensors, List<WeightSpec> weights) {
        try {
            return tensors.checks().requireHeld(asStored.adaptersForCheckpoint(weights));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill(Adapter adapter, AdapterTensors tensors, boolean mayLackLayers) {
        try {
            if (mayLackLayers) {
                tensors.copyIntoSome(adapter);
            } else {
                tensors.copyInto(adapter);
            }
            describe(adapter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives an adapter the record of the directory; the labels must fit its outputs. */
    private void describe(Adapter adapter) throws IOException {
        adapter.setRecord(record(adapter));
        OutputLabels.resolve(model, adapter);
    }

    private AdapterRecord record(Adapter adapter) throws IOException {
        Optional<List<String>> names = Optional.empty();
        Optional<String> classifier = Optional.empty();
        Path labels = directory.resolve(LabelsFile.NAME);
        if (Files.exists(labels)) {
            names = Optional.of(LabelsFile.read(labels));
            OutputLabels.requireFitting(labels.toString(), names.get(), model, adapter);
        } else if (Classifier.isSaved(model, configFile(), tensorsFile())) {
            Path trained = directory.resolve(OutputLabels.MODEL);
            classifier =
                    Optional.of(
                            JsonFiles.text(
                                    Files.isRegularFile(trained)
                                            ? JsonFiles.read(trained)
                                            : new JsonObject()));
        }
        Path provenance = directory.resolve(AdapterDirectory.PROVENANCE);
        if (!Files.isRegularFile(provenance)) {
            return new AdapterRecord(names, classifier, Map.of(), Optional.empty());
        }
        String text = JsonFiles.text(JsonFiles.read(provenance));
        Map<String, String> options = Provenance.parse(provenance.toString(), text).options();
        return new AdapterRecord(names, classifier, options, Optional.of(text));
    }
}
