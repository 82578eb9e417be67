/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.ElementType;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tensors of an adapter directory and where they belong in a model. PEFT calls them {@code
 * base_model.model.<module path>.<parameter>}, and what belongs to an adapted module itself {@code
 * base_model.model.<module path>.base_layer.<parameter>}; in memory it also puts the adapter's name
 * in, which some files still have. What several modules share it calls {@code base_model.<name>}.
 */
final class AdapterTensors {

    private static final String PREFIX = "base_model.model.";
    private static final String SHARED = "base_model.";
    private static final String SAVED = ".modules_to_save";
    private static final String ADAPTED = ".base_layer";

    /** PEFT's copy of a module that is trained in full, as it was. */
    private static final String ORIGINAL = ".original_module.";

    /** What stands around the adapter's name before the parameters of a module trained in full. */
    private static final Pattern SAVED_AS = Pattern.compile("\\.modules_to_save\\.[^.]+\\.");

    private static final int SHOWN = 3;

    /** So many numbers take no memory to speak of, and other faults of such adapters say more. */
    private static final long HARMLESS = 1 << 20;

    private static final Logger logger = LoggerFactory.getLogger(AdapterTensors.class);

    private final Path path;
    private final SafetensorsFile file;
    private final AdapterFormat format;
    private final AdaptedModel model;
    private final ModuleNames names;

    AdapterTensors(
            Path path,
            SafetensorsFile file,
            AdapterFormat format,
            AdaptedModel model,
            ModuleNames names) {
        this.path = path;
        this.file = file;
        this.format = format;
        this.model = model;
        this.names = names;
    }

    /** An array, the shapes in which a file may hold it, and how its values are made of that. */
    private record Slot(NDArray array, List<Shape> shapes, Reading reading) {

        static Slot plain(NDArray array) {
            return new Slot(array, List.of(array.getShape()), stored -> stored);
        }
    }

    private interface Reading {
        NDArray apply(NDArray stored);
    }

    /**
     * All tensors of an adapter as they are stored.
     *
     * @param values the values of its parameters
     * @param full whether skew matrices are stored in full
     */
    static Map<String, NDArray> of(
            Adapter adapter,
            Map<String, NDArray> values,
            ModuleNames names,
            AdapterFormat format,
            boolean full,
            NDManager scope) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        Map<String, String> biases = biases(adapter);
        values.forEach(
                (key, value) ->
                        tensors.put(
                                adapter.sharedParameters().containsKey(key)
                                        ? SHARED + key
                                        : PREFIX + names.toFile(biases.getOrDefault(key, key)),
                                value));
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            for (String name : block.getDirectParameters().keys()) {
                                String key = module.path() + "." + name;
                                tensors.put(
                                        PREFIX + names.toFile(key),
                                        format.toFile(
                                                adapter.config(),
                                                block,
                                                name,
                                                values.get(key),
                                                full,
                                                scope));
                            }
                        });
        adapter.shared().forEach((name, array) -> tensors.put(SHARED + name, array));
        for (Map.Entry<TargetModule, WeightAdapter> entry : adapter.targetModules().entrySet()) {
            String module = PREFIX + names.toFile(entry.getKey().path()) + ".";
            entry.getValue().fixed().forEach((name, array) -> tensors.put(module + name, array));
        }
        tensors.replaceAll((name, array) -> storable(array, scope));
        return tensors;
    }

    /** The names that PEFT gives the biases of adapted modules. */
    private static Map<String, String> biases(Adapter adapter) {
        Map<String, String> names = new LinkedHashMap<>();
        for (TargetModule module : adapter.targetModules().keySet()) {
            if (module.bias() != null) {
                names.put(module.bias(), module.path() + ADAPTED + ".bias");
            }
        }
        return names;
    }

    /** DJL can't name bfloat16, of which modules trained in full may be; float32 holds it. */
    private static NDArray storable(NDArray array, NDManager scope) {
        if (ElementType.of(array.getDataType()).isPresent()) {
            return array;
        }
        NDArray float32 = array.toType(DataType.FLOAT32, false);
        float32.attach(scope);
        return float32;
    }

    /**
     * Tells whether an adapter has something for a module: the file has tensors of it, or only such
     * as are shared by all layers that the targets select.
     */
    static boolean reach(
            String module, AdapterConfig config, Path path, AdaptedModel model, ModuleNames names)
            throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            List<String> keys =
                    file.tensors().keySet().stream()
                            .map(name -> names.toKey(plain(withoutPrefix(name))))
                            .toList();
            boolean none =
                    model.targetModules().stream()
                            .map(target -> target.path() + ".")
                            .allMatch(layer -> keys.stream().noneMatch(k -> k.startsWith(layer)));
            return keys.stream().anyMatch(key -> key.startsWith(module + "."))
                    || (none && !config.targets().isNone());
        }
    }

    /**
     * Says so if no tensor belongs to a module of the model.
     *
     * @throws MalformedFileException if the adapter is for another architecture
     */
    void requireSameArchitecture() throws MalformedFileException {
        Set<String> known = new HashSet<>(model.baseParameters().keySet());
        model.targetModules().forEach(module -> known.add(module.path()));
        known.add("head");
        List<String> modules = new ArrayList<>();
        for (String name : file.tensors().keySet()) {
            String module = names.toKey(plain(withoutPrefix(name)));
            while (module.contains(".") && !known.contains(module)) {
                module = parent(module);
            }
            if (known.contains(module)) {
                return;
            }
            if (!withoutPrefix(name).startsWith(SHARED)) {
                modules.add(module(parent(withoutPrefix(name))));
            }
        }
        if (modules.isEmpty() && !file.tensors().isEmpty()) {
            return; // all that it holds is shared by modules, which it does not name
        }
        if (modules.isEmpty()) {
            throw new MalformedFileException(path, "holds no tensors; save the adapter again");
        }
        refuseWrapper(modules, known);
        throw new MalformedFileException(
                path,
                "is an adapter for another architecture: it has modules such as "
                        + examples(modules)
                        + ", but the model has "
                        + examples(linear())
                        + "; load it into the model that it was trained on");
    }

    /** A module path without what begins a parameter's own name, such as lora_A. */
    private String module(String path) {
        String method = Pattern.quote(format.peftType().toLowerCase(Locale.ROOT));
        return path.replaceFirst("\\." + method + "_\\w+$", "");
    }

    /** Says so if the model is but a part of the one that the adapter is for, as encoders are. */
    private void refuseWrapper(List<String> modules, Set<String> known)
            throws MalformedFileException {
        for (String module : modules) {
            String inner = module.substring(module.indexOf('.') + 1);
            if (known.contains(inner)) {
                throw new MalformedFileException(
                        path,
                        "is an adapter for a model with a head, of which this model is the module "
                                + quote(module.substring(0, module.length() - inner.length() - 1))
                                + "; export that model with its head"
                                + " (examples/export/export_model.py) and load it there");
            }
        }
    }

    private List<String> linear() {
        return model.targetModules().stream()
                .filter(TargetModule::isLinear)
                .map(TargetModule::path)
                .toList();
    }

    /**
     * Refuses what would need more memory than the file has values for.
     *
     * @param adapters adapters for which there is no memory yet
     * @return the adapters
     * @throws IOException if the configuration asks for more than there is
     */
    List<WeightAdapter> requireHeld(List<WeightAdapter> adapters) throws IOException {
        Map<String, Long> shared = new LinkedHashMap<>();
        for (WeightAdapter adapter : adapters) {
            requireHeld(adapter.size(), "of module " + quote(adapter.weight().path()));
            adapter.sharedParameters()
                    .forEach((name, parameter) -> shared.put(name, parameter.getShape().size()));
        }
        for (Map.Entry<String, Long> parameter : shared.entrySet()) {
            requireHeld(parameter.getValue(), "for " + quote(SHARED + parameter.getKey()));
        }
        return adapters;
    }

    /** The same for the outputs of a head. */
    void requireHeld(HeadConfig head) throws IOException {
        requireHeld(head.outputs(), "as outputs of the head");
    }

    private void requireHeld(long needed, String what) throws IOException {
        long held = file.tensors().values().stream().mapToLong(t -> t.shape().size()).sum();
        if (needed > Math.max(held, HARMLESS)) {
            throw new MalformedFileException(
                    path,
                    "holds "
                            + held
                            + " values in all, but adapter_config.json needs "
                            + needed
                            + " "
                            + what
                            + " alone; "
                            + advice());
        }
    }

    /**
     * Sets the parameters of an adapter.
     *
     * @throws IOException if a tensor is missing, surplus, of another shape, no floating point
     *     numbers or not finite; parameters may have been set then
     */
    void copyInto(Adapter adapter) throws IOException {
        resizeHead(adapter);
        Map<String, Slot> slots = slots(adapter);
        copyInto(adapter, slots, names(slots.keySet()));
    }

    /** Gives the head that an adapter trains in full as many outputs as the file has for it. */
    private void resizeHead(Adapter adapter) {
        Optional<OutputLayer> found =
                OutputLayer.of(model)
                        .filter(OutputLayer::isResizable)
                        .filter(layer -> layer.isTrainedBy(adapter));
        if (found.isEmpty()) {
            return;
        }
        OutputLayer layer = found.get();
        String key = layer.module().parameter();
        long inputs = layer.module().weight().inputs();
        file.tensors().values().stream()
                .filter(entry -> !isIdle(entry.name()))
                .filter(e -> candidates(e.name()).stream().map(names::toKey).anyMatch(key::equals))
                .map(TensorEntry::shape)
                .filter(shape -> shape.dimension() == 2 && shape.get(1) == inputs)
                .mapToInt(shape -> Math.toIntExact(shape.get(0)))
                .filter(rows -> rows > 0 && rows != layer.outputs())
                .findFirst()
                .ifPresent(rows -> layer.withOutputs(rows).startIn(adapter));
    }

    /**
     * Sets the parameters of an adapter that may have more layers than the file; what the file does
     * not have stays as it is.
     *
     * @throws IOException as {@link #copyInto}
     */
    void copyIntoSome(Adapter adapter) throws IOException {
        resizeHead(adapter);
        Map<String, Slot> slots = slots(adapter);
        Map<String, String> names = names(slots.keySet());
        for (TargetModule target : adapter.targetModules().keySet()) {
            String module = target.path() + ".";
            if (names.keySet().stream().noneMatch(key -> key.startsWith(module))) {
                slots.keySet().removeIf(key -> key.startsWith(module));
            }
        }
        copyInto(adapter, slots, names);
    }

    private void copyInto(Adapter adapter, Map<String, Slot> slots, Map<String, String> names)
            throws IOException {
        skipUnsavedBiases(adapter, slots, names);
        skipUnsavedFixed(adapter, slots, names);
        Map<String, String> stored = biases(adapter);
        for (Map.Entry<String, Slot> slot : slots.entrySet()) {
            String name = names.get(slot.getKey());
            if (name == null) {
                throw new MalformedFileException(
                        path,
                        "has no tensor "
                                + quote(fileName(stored.getOrDefault(slot.getKey(), slot.getKey())))
                                + ", which this model and adapter_config.json need; "
                                + advice());
            }
            check(name, slot.getValue());
        }
        for (Map.Entry<String, Slot> slot : slots.entrySet()) {
            copy(names.get(slot.getKey()), slot.getValue());
        }
    }

    /**
     * Takes out the slots of biases if the file has none of them: PEFT trains the biases of adapted
     * modules but does not save them. They stay as they are in the base model.
     */
    private void skipUnsavedBiases(
            Adapter adapter, Map<String, Slot> slots, Map<String, String> names) {
        if (adapter.config().bias() == Bias.NONE) {
            return;
        }
        List<String> biases =
                adapter.savedModules().keySet().stream()
                        .filter(name -> name.equals("bias") || name.endsWith(".bias"))
                        .filter(name -> !isModuleToSave(adapter, name))
                        .toList();
        if (!biases.isEmpty() && biases.stream().noneMatch(names::containsKey)) {
            slots.keySet().removeAll(biases);
            logger.warn(
                    "{} holds none of the {} biases that its adapter_config.json names as trained;"
                            + " those of the model are taken.",
                    path,
                    biases.size());
        }
    }

    /** Takes out the slots of what a file may lack where it does. */
    private void skipUnsavedFixed(
            Adapter adapter, Map<String, Slot> slots, Map<String, String> names) {
        adapter.targetModules()
                .forEach(
                        (module, block) ->
                                block.fixed().keySet().stream()
                                        .filter(format::mayLack)
                                        .map(name -> module.path() + "." + name)
                                        .filter(key -> !names.containsKey(key))
                                        .forEach(slots::remove));
    }

    private static boolean isModuleToSave(Adapter adapter, String parameter) {
        return adapter.config().modulesToSave().stream()
                .anyMatch(module -> ("." + parameter).contains("." + module + "."));
    }

    private Map<String, Slot> slots(Adapter adapter) {
        Map<String, Slot> slots = new LinkedHashMap<>();
        adapter.parameters()
                .forEach(
                        (key, parameter) ->
                                slots.put(
                                        adapter.sharedParameters().containsKey(key)
                                                ? SHARED + key
                                                : key,
                                        Slot.plain(parameter.getArray())));
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            for (String name : block.getDirectParameters().keys()) {
                                slots.put(module.path() + "." + name, slot(adapter, block, name));
                            }
                            block.fixed()
                                    .forEach(
                                            (name, array) ->
                                                    slots.put(
                                                            module.path() + "." + name,
                                                            fixed(adapter, block, name, array)));
                        });
        adapter.shared().forEach((name, array) -> slots.put(SHARED + name, Slot.plain(array)));
        return slots;
    }

    private Slot fixed(Adapter adapter, WeightAdapter block, String name, NDArray array) {
        return new Slot(
                array,
                List.of(array.getShape()),
                stored -> {
                    NDArray values = format.fromFile(adapter.config(), block, name, stored);
                    block.matchFixed(name, values);
                    return values;
                });
    }

    private Slot slot(Adapter adapter, WeightAdapter block, String name) {
        return new Slot(
                block.getDirectParameters().get(name).getArray(),
                format.shapes(adapter.config(), block, name),
                stored -> format.fromFile(adapter.config(), block, name, stored));
    }

    /** The names of the tensors by the keys of the parameters that they are for. */
    private Map<String, String> names(Set<String> keys) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : file.tensors().keySet()) {
            String key =
                    candidates(name).stream()
                            .map(this.names::toKey)
                            .filter(keys::contains)
                            .findFirst()
                            .orElse(null);
            if (isIdle(name)) {
                continue;
            }
            if (key == null) {
                requireBaseWeight(name);
                continue;
            }
            String other = names.putIfAbsent(key, name);
            if (other != null) {
                throw new MalformedFileException(
                        path,
                        "has both "
                                + quote(other)
                                + " and "
                                + quote(name)
                                + " for the same parameter; save one adapter to a file");
            }
        }
        return names;
    }

    /** Tells whether a tensor is one that PEFT writes but does not read. */
    private boolean isIdle(String name) {
        boolean twice = name.contains(SAVED) && file.tensors().containsKey(plain(name));
        boolean ofMethod = Methods.descriptors().stream().anyMatch(m -> m.format().isUnused(name));
        return twice || ofMethod || name.contains(ORIGINAL);
    }

    /** PEFT saves embeddings that are adapted along with the adapter. */
    private void requireBaseWeight(String name) throws IOException {
        NDArray base = model.baseParameters().get(names.toKey(plain(withoutPrefix(name))));
        if (base == null) {
            throw new MalformedFileException(
                    path,
                    "has the tensor "
                            + quote(name)
                            + ", for which this model and adapter_config.json have no place;"
                            + " load it into the model that it was trained on");
        }
        try (NDManager scope = base.getManager().newSubManager()) {
            NDArray stored = file.read(scope, name);
            if (!stored.getShape().equals(base.getShape())
                    || !TransformKernel.cast(stored, base, scope).contentEquals(base)) {
                throw new MalformedFileException(
                        path,
                        "has the tensor "
                                + quote(name)
                                + ", which differs from the base model's and is not trained by"
                                + " the adapter; load it into the model that it was trained on");
            }
        }
    }

    /**
     * What a tensor may be: its name without the prefix as it is, or without the adapter's name,
     * which is the last part, the one before, or in a module that is trained in full the first.
     */
    private static List<String> candidates(String name) {
        String stored = withoutPrefix(name);
        String key = plain(stored);
        String parent = parent(key);
        return List.of(
                stored,
                key,
                SAVED_AS.matcher(stored).replaceFirst("."),
                parent,
                parent(parent) + key.substring(parent.length()),
                parent(parent)); // a magnitude with name and weight
    }

    /** Tells whether a tensor is a parameter of a module that is trained in full. */
    static boolean isSaved(String name, String parameter) {
        String stored = withoutPrefix(name);
        return plain(stored).equals(parameter)
                || SAVED_AS.matcher(stored).replaceFirst(".").equals(parameter);
    }

    /** A key without what PEFT puts around modules. */
    private static String plain(String key) {
        return key.replace(SAVED + ".", ".").replace(ADAPTED + ".", ".");
    }

    private void check(String name, Slot slot) throws IOException {
        TensorEntry entry = file.tensors().get(name);
        if (!slot.shapes().contains(entry.shape())) {
            String expected =
                    slot.shapes().stream().map(Shape::toString).collect(Collectors.joining(" or "));
            throw new MalformedFileException(
                    path,
                    "tensor "
                            + quote(name)
                            + " has the shape "
                            + entry.shape()
                            + " where "
                            + expected
                            + " is needed; "
                            + advice());
        }
        boolean floating = slot.array().getDataType().isFloating();
        if (entry.dataType().isFloating() != floating) {
            throw new MalformedFileException(
                    path,
                    "tensor "
                            + quote(name)
                            + " is of type "
                            + entry.dataType()
                            + " where "
                            + (floating ? "floating-point values" : "whole numbers")
                            + " are needed; save the adapter again");
        }
    }

    /** What to do about tensors that are not those that the model and the configuration need. */
    private String advice() throws IOException {
        String trained =
                BaseWeights.base(path.toAbsolutePath().getParent())
                        .map(name -> "was trained on " + quote(name))
                        .orElse("belongs to a model of another size");
        return "the adapter "
                + trained
                + " (load it there), or adapter_config.json has the wrong options";
    }

    private void copy(String name, Slot slot) throws IOException {
        NDArray target = slot.array();
        if (target.size() == 0) {
            return;
        }
        try (NDManager scope = target.getManager().newSubManager()) {
            DataType type = target.getDataType();
            NDArray stored = file.read(scope, name);
            NDArray values = stored.toType(type.isFloating() ? widest(type) : type, false);
            requireFinite(path, name, values, scope);
            WeightAdapter.set(target, slot.reading().apply(values));
        }
    }

    private static DataType widest(DataType type) {
        return type == DataType.FLOAT64 ? type : DataType.FLOAT32;
    }

    static void requireFinite(Path path, String name, NDArray tensor, NDManager scope)
            throws MalformedFileException {
        if (!TransformKernel.isFinite(tensor, scope)) {
            throw new MalformedFileException(
                    path,
                    "tensor "
                            + quote(name)
                            + " has infinite or undefined values; the adapter is damaged or its"
                            + " training diverged");
        }
    }

    private String fileName(String key) {
        return key.startsWith(SHARED) ? key : PREFIX + names.toFile(key);
    }

    private static String withoutPrefix(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    private static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    private static String examples(List<String> paths) {
        return paths.stream()
                .distinct()
                .limit(SHOWN)
                .map(MalformedFileException::quote)
                .collect(Collectors.joining(", "));
    }
}
