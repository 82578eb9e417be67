/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.checkpoint.head.HeadFile;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.OwnFiles;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelAccess;
import org.djladapters.safetensors.ForeignFiles;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;

/**
 * Adapters as directories, in the layout of PEFT: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, with tensors named {@code base_model.model.<module
 * path>.<parameter>}. A head that the adapter brings adds {@code head_config.json} and the tensors
 * {@code base_model.model.head.weight} and {@code .bias}.
 *
 * <p>Compound adapters have the fields of the PEFT fork in which they were introduced; block sizes,
 * other maps and exclusions, which it has not, are fields of our own.
 */
public final class AdapterDirectory {

    /** The file that names the classes of a head: a JSON list of texts in the head's order. */
    public static final String LABELS = LabelsFile.NAME;

    /** The file that tells how an adapter was trained. */
    public static final String PROVENANCE = "provenance.json";

    private static final String README = "README.md";

    /** The entry of a card's front matter for one model, or the first of several. */
    private static final Pattern BASE_IN_CARD =
            Pattern.compile("base_model:\\s*(?:-\\s*)?[\"']?([\\w./-]+)");

    private static final String FRONT_MATTER = "---";

    static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";
    private static final String PICKLE = "adapter_model.bin";

    private static final Set<String> TEXTS = Set.of(LABELS, OutputLabels.MODEL, PROVENANCE, README);
    private static final Set<String> ALL =
            Set.of(CONFIG, TENSORS, HeadFile.NAME, LABELS, PROVENANCE, README, OutputLabels.MODEL);

    /** How skew matrices are stored. */
    public enum Layout {
        /** The strictly upper triangle, (adapters, blocks, n(n-1)/2): half the size. */
        PACKED,
        /** Full matrices, (adapters, blocks, n, n), as the PEFT fork reads them. */
        REFERENCE
    }

    /**
     * What a directory tells of its adapter before a model is there.
     *
     * @param method the method, {@code lora} for example
     * @param base the name of the model that was adapted, at the hub or else that of its folder;
     *     empty if it is not known
     * @param revision which version of that model at the hub, empty if it is not said
     * @param files the names of the files that make up the adapter
     */
    public record Description(
            String method, Optional<String> base, Optional<String> revision, List<String> files) {

        /** Keeps a copy of the names. */
        public Description {
            files = List.copyOf(files);
        }
    }

    private AdapterDirectory() {}

    /**
     * Saves an adapter with packed triangles.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param directory where to; an older adapter directory is replaced
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(AdaptedModel model, String adapterName, Path directory)
            throws IOException {
        save(model, adapterName, directory, Layout.PACKED);
    }

    /**
     * Saves an adapter.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param directory where to; an older adapter directory is replaced
     * @param layout how skew matrices are stored
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(AdaptedModel model, String adapterName, Path directory, Layout layout)
            throws IOException {
        save(model, adapterName, directory, layout, Map.of());
    }

    /**
     * Saves an adapter that was trained by hand, with the names of its outputs: {@code TaskModel},
     * evaluation, merging and publishing know its classes then. The names also stay with the
     * adapter in the model.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param directory where to; an older adapter directory is replaced
     * @param labels the classes in the order of the outputs; none if the single output is a number
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     * @throws IllegalArgumentException if these are not as many as the outputs, or one of them
     *     stands twice
     */
    public static void save(
            AdaptedModel model, String adapterName, Path directory, List<String> labels)
            throws IOException {
        OutputLabels.set(model, adapterName, labels);
        save(model, adapterName, directory);
    }

    /**
     * Saves an adapter along with texts about it, all or nothing. If another thread trains it
     * meanwhile, the parameters of one step are saved.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param directory where to; an older adapter directory is replaced
     * @param layout how skew matrices are stored
     * @param texts the contents of further files by name: {@value #LABELS} (if it is not given,
     *     that which the adapter has), {@value #PROVENANCE}, {@code config.json} of the model that
     *     PEFT trained, {@code README.md}; without the last a card is written that tells the
     *     method, its options, the metrics of the provenance and how to load the adapter
     * @throws IOException if the directory can't be written or holds other files; nothing is left
     *     behind then
     */
    public static void save(
            AdaptedModel model,
            String adapterName,
            Path directory,
            Layout layout,
            Map<String, String> texts)
            throws IOException {
        Adapter adapter = model.adapter(adapterName);
        AdapterFormat format = format(adapter.config());
        for (String name : texts.keySet()) {
            if (!TEXTS.contains(name)) {
                throw new IllegalArgumentException(
                        "An adapter directory can't hold the file '"
                                + name
                                + "'; it may hold "
                                + TEXTS.stream().sorted().toList());
            }
        }
        ModuleNames names = Classifier.names(model, adapter.headConfig());
        boolean full = layout == Layout.REFERENCE;
        boolean ownHead = adapter.headConfig().isPresent() && names.equals(ModuleNames.SAME);
        String config = config(model, adapter, format, names);
        Map<String, String> written = new TreeMap<>();
        for (String name : List.of(LABELS, OutputLabels.MODEL)) {
            if (adapter.texts().containsKey(name) && !texts.containsKey(LABELS)) {
                written.put(name, adapter.texts().get(name));
            }
        }
        written.putAll(texts);
        written.computeIfAbsent(
                README,
                file ->
                        new ModelCard(model, adapter, format.isReadByPeft())
                                .text(
                                        texts.get(PROVENANCE),
                                        Optional.ofNullable(written.get(LABELS))));
        AtomicFiles.writeDirectory(
                directory,
                CONFIG,
                AdapterDirectory::isAdapter,
                folder -> {
                    AtomicFiles.writeString(folder.resolve(CONFIG), config);
                    if (ownHead) {
                        AtomicFiles.writeString(
                                folder.resolve(HeadFile.NAME),
                                HeadFile.text(adapter.headConfig().get()));
                    }
                    for (Map.Entry<String, String> text : written.entrySet()) {
                        AtomicFiles.writeString(folder.resolve(text.getKey()), text.getValue());
                    }
                    try (NDManager scope = PyTorch.newManager()) {
                        Map<String, NDArray> values = model.values(adapterName, scope);
                        Map<String, NDArray> tensors =
                                AdapterTensors.of(adapter, values, names, format, full, scope);
                        SafetensorsFile.write(folder.resolve(TENSORS), tensors, metadata(model));
                    }
                });
    }

    private static Map<String, String> metadata(AdaptedModel model) {
        Map<String, String> metadata = new TreeMap<>(BaseWeights.of(model));
        metadata.put("format", "pt");
        return metadata;
    }

    private static AdapterFormat format(AdapterConfig config) {
        return Methods.of(config)
                .map(MethodDescriptor::format)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Adapters of the method '"
                                                + config.method()
                                                + "' can't be saved"));
    }

    private static String config(
            AdaptedModel model, Adapter adapter, AdapterFormat format, ModuleNames names)
            throws IOException {
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
        boolean more =
                (adapter.config().targets().isAllLinear() && hasClassifier(model))
                        || Classifier.leavesPoolerOut(names, model, adapter);
        format.write(portable(adapter, format.isReadByPeft() && more), fields);
        format.writeLayers(
                adapter.targetModules().keySet().stream().map(TargetModule::weight).toList(),
                fields);
        JsonObject json = new JsonObject();
        fields.forEach(json::add);
        Classifier.write(names, model, json);
        return JsonFiles.text(names.toFile(json, paths(model)));
    }

    private static JsonElement text(Optional<String> value) {
        return value.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    }

    private static List<String> paths(AdaptedModel model) {
        return model.targetModules().stream().map(TargetModule::path).toList();
    }

    /**
     * The configuration with targets that mean the same in any model of the architecture.
     *
     * @param listed whether the layers are to be listed, since PEFT would select more
     */
    private static AdapterConfig portable(Adapter adapter, boolean listed) {
        List<String> paths =
                adapter.targetModules().keySet().stream().map(TargetModule::path).toList();
        AdapterConfig config = adapter.config();
        Targets targets = config.targets();
        return config.withTargets(
                listed
                        ? Targets.of(paths.toArray(String[]::new))
                        : TargetFields.portable(targets, paths));
    }

    /** PEFT counts a head among all linear layers, unless it is the output of a language model. */
    private static boolean hasClassifier(AdaptedModel model) {
        return model.targetModules().stream()
                .anyMatch(m -> m.isLinear() && m.isHead() && !m.path().equals("lm_head"));
    }

    /** Tells whether a directory holds an adapter and nothing that is not part of one. */
    private static boolean isAdapter(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return Files.isRegularFile(directory.resolve(CONFIG))
                    && files.filter(AtomicFiles::isContent)
                            .allMatch(
                                    file ->
                                            Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                                                    && ALL.contains(file.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Loads an adapter. The first adapter of a model becomes active. If anything is wrong, the
     * model stays as it was.
     *
     * @param model the model
     * @param name the name that the adapter gets there
     * @param directory the directory
     * @return the adapter
     * @throws MalformedFileException if the directory does not hold an adapter for this model, or
     *     one that was trained on a model of other weights, which {@link
     *     org.djladapters.hub.OpenOptions.Builder#optAnyBase} allows; the message says in which
     *     file what is wrong
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if the name is taken or no name for an adapter
     */
    public static Adapter load(AdaptedModel model, String name, Path directory) throws IOException {
        return load(model, name, directory, ModelAccess.of(model)::add);
    }

    /**
     * Loads an adapter in the place of one, whatever method and targets it has. Predictions that
     * name the adapter are made with one of them or the other, and none is refused; the one that
     * was there is released after those that use it. Task models and embedding models that were
     * opened for it follow it or keep the one that was there, as their {@code Replacement} says. If
     * anything is wrong, the model stays as it was.
     *
     * @param model the model
     * @param name the name of one of its adapters
     * @param directory the directory
     * @return the new adapter
     * @throws MalformedFileException as {@link #load}
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if there is no adapter of the name
     * @throws IllegalStateException if it is merged
     */
    public static Adapter replace(AdaptedModel model, String name, Path directory)
            throws IOException {
        model.adapter(name);
        return load(model, name, directory, ModelAccess.of(model)::replace);
    }

    /** Puts an adapter into a model. */
    @FunctionalInterface
    private interface Placing {
        Adapter put(
                String name,
                AdapterConfig config,
                HeadConfig head,
                Function<List<WeightSpec>, List<WeightAdapter>> factory,
                Consumer<Adapter> values);
    }

    private static Adapter load(AdaptedModel model, String name, Path directory, Placing placing)
            throws IOException {
        Source source = source(model, directory);
        try (SafetensorsFile file = SafetensorsFile.open(source.tensors())) {
            AdapterTensors tensors = tensors(model, directory, source, file);
            AdapterConfig config = source.format().asStored(source.config(), file.tensors());
            return placing.put(
                    name,
                    config,
                    source.head(),
                    weights -> newAdapters(source, config, tensors, weights),
                    adapter ->
                            fill(
                                    () -> {
                                        tensors.copyInto(adapter);
                                        describe(adapter, model, directory, source);
                                    }));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException e) {
            if (model.names().contains(name)) {
                throw e;
            }
            throw new MalformedFileException(
                    source.file(), "can't be added to the model: " + e.getMessage(), e);
        }
    }

    /**
     * Puts the values of a directory in the place of those that an adapter has, as a server does
     * that goes from one task to another. If anything is wrong, the model stays as it was. The
     * adapter keeps its configuration; its method, head and targets must be those of the directory.
     *
     * <p>LoRA may have a smaller rank and another scaling than the adapter: the adapter computes
     * what the directory's would. Layers that the directory's does not adapt are as in the base
     * model.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param directory the directory
     * @throws MalformedFileException if the directory does not hold an adapter that fits; the
     *     message says in which file what is wrong
     * @throws IOException if a file is missing or can't be read
     * @throws IllegalArgumentException if there is no adapter of the name
     * @throws IllegalStateException if the adapter is merged
     */
    public static void swap(AdaptedModel model, String adapterName, Path directory)
            throws IOException {
        Adapter adapter = model.adapter(adapterName);
        Source source = source(model, directory);
        AdapterFormat format = source.format();
        requireSimilar(adapter, source);
        try (SafetensorsFile file = SafetensorsFile.open(source.tensors())) {
            AdapterTensors tensors = tensors(model, directory, source, file);
            AdapterConfig config = format.asStored(source.config(), file.tensors());
            ModelAccess.of(model)
                    .swap(
                            adapterName,
                            config,
                            weights -> newAdapters(source, config, tensors, weights),
                            other ->
                                    fill(
                                            () -> {
                                                if (format.mayLackLayers()) {
                                                    tensors.copyIntoSome(other);
                                                } else {
                                                    tensors.copyInto(other);
                                                }
                                                describe(other, model, directory, source);
                                            }));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    source.file(),
                    "can't take the place of adapter '" + adapterName + "': " + e.getMessage(),
                    e);
        }
    }

    private static void requireSimilar(Adapter adapter, Source source)
            throws MalformedFileException {
        if (!source.format().isFor(adapter.config())) {
            throw new MalformedFileException(
                    source.file(),
                    "is of the method '"
                            + source.config().method()
                            + "', but adapter '"
                            + adapter.name()
                            + "' is of '"
                            + adapter.config().method()
                            + "'; load it as a separate adapter");
        }
        if (!adapter.headConfig().equals(Optional.ofNullable(source.head()))) {
            throw new MalformedFileException(
                    source.file(),
                    "has a different head than adapter '"
                            + adapter.name()
                            + "'; load it as a separate adapter");
        }
    }

    /** What the files of a directory say besides the values. */
    private record Source(
            Path file,
            AdapterFormat format,
            AdapterConfig config,
            HeadConfig head,
            ModuleNames names,
            Path tensors) {}

    private static Source source(AdaptedModel model, Path directory) throws IOException {
        Path file = requireFile(directory, CONFIG);
        if (!Files.exists(directory.resolve(TENSORS)) && Files.exists(directory.resolve(PICKLE))) {
            throw ForeignFiles.pickle(directory.resolve(PICKLE));
        }
        Path tensors = requireFile(directory, TENSORS);
        ConfigFields stored = ConfigFields.read(file);
        HeadConfig head = HeadFile.read(directory.resolve(HeadFile.NAME)).orElse(null);
        Optional<Classifier> classifier =
                head == null ? Classifier.find(model, stored, tensors) : Optional.empty();
        ModuleNames names = classifier.map(Classifier::names).orElse(ModuleNames.SAME);
        ConfigFields fields = stored.map(json -> names.toModel(json, paths(model)));
        AdapterFormat format = method(fields).format();
        AdapterConfig config = format.read(fields, modulesToSave(model, fields, names));
        Optional<String> pooler = ModelAccess.of(model).baseModel().pooler();
        if (pooler.isEmpty()) {
            config = names.withoutAbsent(config, paths(model));
        } else if (AdapterTensors.reach(pooler.get(), config, tensors, model, names)) {
            config = config.withTargets(config.targets().withPooler());
        }
        fields.refuseOthers();
        return new Source(
                file,
                format,
                config,
                classifier.map(Classifier::head).orElse(head),
                names,
                tensors);
    }

    /** The tensors of a file of which the names alone show no reason to refuse it. */
    private static AdapterTensors tensors(
            AdaptedModel model, Path directory, Source source, SafetensorsFile file)
            throws IOException {
        source.format().check(source.tensors(), file.tensors().keySet());
        AdapterTensors tensors =
                new AdapterTensors(source.tensors(), file, source.format(), model, source.names());
        tensors.requireSameArchitecture();
        BaseWeights.require(model, directory, file.metadata());
        if (source.head() != null) {
            tensors.requireHeld(source.head());
        }
        return tensors;
    }

    private static List<WeightAdapter> newAdapters(
            Source source, AdapterConfig config, AdapterTensors tensors, List<WeightSpec> weights) {
        try {
            return tensors.requireHeld(source.format().newAdapters(config, weights));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives an adapter the texts of its directory, of which the labels must fit its outputs. */
    private static void describe(Adapter adapter, AdaptedModel model, Path directory, Source source)
            throws IOException {
        Map<String, String> texts = new TreeMap<>();
        Path labels = directory.resolve(LABELS);
        if (Files.exists(labels)) {
            List<String> names = LabelsFile.read(labels);
            OutputLabels.requireFitting(labels.toString(), names, model, adapter);
            texts.put(LABELS, LabelsFile.text(names));
        } else if (Classifier.isSaved(model, source.file(), source.tensors())) {
            Path trained = directory.resolve(OutputLabels.MODEL);
            texts.put(
                    OutputLabels.MODEL,
                    JsonFiles.text(
                            Files.isRegularFile(trained)
                                    ? JsonFiles.read(trained)
                                    : new JsonObject()));
        }
        Path provenance = directory.resolve(PROVENANCE);
        if (Files.isRegularFile(provenance)) {
            texts.put(PROVENANCE, JsonFiles.text(JsonFiles.read(provenance)));
        }
        adapter.setTexts(texts);
        OutputLabels.resolve(model, adapter);
    }

    private interface Filling {
        void run() throws IOException;
    }

    private static void fill(Filling filling) {
        try {
            filling.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Checks that every number of an adapter is finite, which loading requires; no model is needed.
     *
     * @param directory an adapter directory
     * @throws MalformedFileException if a tensor has other values; the message names it
     * @throws IOException if the tensors are missing or can't be read
     */
    public static void requireFinite(Path directory) throws IOException {
        Path path = requireFile(directory, TENSORS);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (TensorEntry entry : file.tensors().values()) {
                if (entry.dataType().isFloating()) {
                    try (NDManager scope = PyTorch.newManager()) {
                        NDArray tensor = file.read(scope, entry.name());
                        AdapterTensors.requireFinite(path, entry.name(), tensor, scope);
                    }
                }
            }
        }
    }

    /**
     * Describes an adapter.
     *
     * @param directory an adapter directory
     * @return its description
     * @throws MalformedFileException if a file that every adapter has is malformed
     * @throws IOException if one is missing or can't be read
     */
    public static Description describe(Path directory) throws IOException {
        ConfigFields fields = ConfigFields.read(requireFile(directory, CONFIG));
        String method = method(fields).name();
        SafetensorsFile.open(requireFile(directory, TENSORS)).close();
        return new Description(
                method,
                named(directory),
                text(fields, "revision"),
                ALL.stream()
                        .filter(name -> Files.isRegularFile(directory.resolve(name)))
                        .sorted()
                        .toList());
    }

    /** The base model that the configuration or the card of a directory names. */
    static Optional<String> named(Path directory) throws IOException {
        ConfigFields fields = ConfigFields.read(requireFile(directory, CONFIG));
        Optional<String> base = text(fields, "base_model_name_or_path");
        return base.isPresent() ? base : baseInCard(directory.resolve(README));
    }

    private static Optional<String> text(ConfigFields fields, String name) throws IOException {
        return Optional.of(fields.string(name, "")).filter(text -> !text.isEmpty());
    }

    /** The base model in the lines before the text of a card, as the hub reads it. */
    private static Optional<String> baseInCard(Path card) throws IOException {
        if (!Files.isRegularFile(card)) {
            return Optional.empty();
        }
        String text = Files.readString(card, StandardCharsets.ISO_8859_1); // names are of ASCII
        int end = text.indexOf(FRONT_MATTER, FRONT_MATTER.length());
        if (!text.startsWith(FRONT_MATTER) || end < 0) {
            return Optional.empty();
        }
        Matcher base = BASE_IN_CARD.matcher(text.substring(0, end));
        return base.find() ? Optional.of(base.group(1)) : Optional.empty();
    }

    /**
     * Tells whether a directory holds an adapter, and maybe other files.
     *
     * @param directory a directory
     * @return whether it has the configuration of an adapter
     */
    public static boolean holdsAdapter(Path directory) {
        return Files.isRegularFile(directory.resolve(CONFIG));
    }

    /**
     * Finds out whether an adapter can be saved, before work is done for it: in a folder that does
     * not exist, is empty, or holds an adapter and nothing else.
     *
     * @param directory where an adapter is to be saved
     * @param overwrite whether an adapter that is there may be replaced
     * @throws FileAlreadyExistsException if something is there that would be lost
     * @throws IOException if nothing can be written there
     */
    public static void requireSavable(Path directory, boolean overwrite) throws IOException {
        AtomicFiles.recover(directory, CONFIG);
        Path place = AtomicFiles.followed(directory);
        if (Files.isDirectory(place)) {
            requireReplaceable(directory, place, overwrite);
        } else if (Files.exists(place)) {
            throw new IOException("Output '%s' is a file; choose a folder".formatted(directory));
        }
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            throw new IOException(
                    ("Output '%s' can't be written, since '%s' is not a folder that can be"
                                    + " written to; choose another place")
                            .formatted(directory, place));
        }
    }

    private static void requireReplaceable(Path named, Path directory, boolean overwrite)
            throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.noneMatch(AtomicFiles::isContent)) {
                return;
            }
        }
        if (!isAdapter(directory)) {
            throw new IOException(
                    "Output '%s' is a folder with other files; choose a new one".formatted(named));
        }
        if (!overwrite) {
            throw new FileAlreadyExistsException(
                    named.toString(),
                    null,
                    "exists already and would be lost; choose another folder, or overwrite it"
                            + " (--overwrite, optOverwrite)");
        }
    }

    /**
     * Requires that a directory holds its files itself, before they go on to others in another
     * form.
     *
     * @param directory an adapter directory
     * @throws IOException if one of the adapter's files is a link that leads out of the directory;
     *     the message names it
     */
    public static void requireOwnFiles(Path directory) throws IOException {
        for (String name : ALL) {
            OwnFiles.require(directory, name);
        }
    }

    static Path requireFile(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            AtomicFiles.recover(directory, CONFIG);
        }
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "is missing; give a folder that holds " + CONFIG + " and " + TENSORS);
        }
        return file;
    }

    private static MethodDescriptor method(ConfigFields fields) throws IOException {
        List<MethodDescriptor> methods = Methods.descriptors();
        List<String> known = methods.stream().map(method -> method.format().peftType()).toList();
        String type = fields.string("peft_type", null);
        if (type == null) {
            throw fields.missing("peft_type", "one of " + known);
        }
        return methods.stream()
                .filter(method -> method.format().peftType().equals(type))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.invalid(
                                        "the field 'peft_type' is "
                                                + quote(type)
                                                + ", a method that this version does not know;"
                                                + " adapters of the types "
                                                + known
                                                + " can be loaded",
                                        null));
    }

    /** PEFT also lists modules by names that the model has not, as guesses for any classifier. */
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
     * Reads the names of a head's classes.
     *
     * @param directory an adapter directory
     * @return the names in the order of the outputs, empty if the directory does not tell
     * @throws MalformedFileException if {@value #LABELS} is not a list of different texts
     * @throws IOException if it can't be read
     */
    public static List<String> labels(Path directory) throws IOException {
        Path file = directory.resolve(LABELS);
        return Files.exists(file) ? LabelsFile.read(file) : List.of();
    }
}
