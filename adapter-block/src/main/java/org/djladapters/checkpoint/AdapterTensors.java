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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.OutputLayer;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tensors of an adapter directory, which give the parameters of an adapter their values. */
final class AdapterTensors {

    private static final Logger logger = LoggerFactory.getLogger(AdapterTensors.class);

    private final StoredAdapter stored;
    private final SafetensorsFile file;
    private final TensorChecks checks;
    private final Path path;

    AdapterTensors(StoredAdapter stored, SafetensorsFile file, TensorChecks checks) {
        this.stored = stored;
        this.file = file;
        this.checks = checks;
        path = stored.tensorsFile();
    }

    TensorChecks checks() {
        return checks;
    }

    /** An array, the shapes in which a file may hold it, and how its values are made of that. */
    private record Slot(NDArray array, List<Shape> shapes, UnaryOperator<NDArray> reading) {

        static Slot plain(NDArray array) {
            return new Slot(array, List.of(array.getShape()), UnaryOperator.identity());
        }
    }

    /**
     * Sets the parameters of an adapter. A tensor that is missing, surplus, of another shape or
     * type, or not finite is refused; parameters may have been set then.
     */
    void copyInto(Adapter adapter) throws IOException {
        resizeHead(adapter);
        Map<String, Slot> slots = slots(adapter);
        copyInto(adapter, slots, names(slots.keySet()));
    }

    /** Gives the head that an adapter trains in full as many outputs as the file has for it. */
    private void resizeHead(Adapter adapter) {
        OutputLayer layer =
                OutputLayer.of(stored.model())
                        .filter(found -> found.isResizable() && found.isTrainedBy(adapter))
                        .orElse(null);
        if (layer == null) {
            return;
        }
        String key = layer.module().parameter();
        long inputs = layer.module().weight().inputs();
        file.tensors().values().stream()
                .filter(entry -> !TensorNames.isIdle(entry.name(), file.tensors().keySet()))
                .filter(entry -> keys(entry.name()).anyMatch(key::equals))
                .map(TensorEntry::shape)
                .filter(shape -> shape.dimension() == 2 && shape.get(1) == inputs)
                .mapToInt(shape -> Math.toIntExact(shape.get(0)))
                .filter(rows -> rows > 0 && rows != layer.outputs())
                .findFirst()
                .ifPresent(rows -> layer.withOutputs(rows).startIn(adapter));
    }

    /**
     * Sets the parameters of an adapter that may have more layers than the file; the other layers
     * stay as they are.
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
        for (Map.Entry<String, Slot> slot : slots.entrySet()) {
            String name = names.get(slot.getKey());
            if (name == null) {
                throw new MalformedFileException(
                        path,
                        "has no tensor %s, which this model and adapter_config.json need; %s"
                                .formatted(
                                        quote(fileName(slot.getKey(), adapter)), checks.advice()));
            }
            check(name, slot.getValue());
        }
        for (Map.Entry<String, Slot> slot : slots.entrySet()) {
            copy(names.get(slot.getKey()), slot.getValue());
        }
    }

    /**
     * Removes the slots of biases if the file has none of them: PEFT trains the biases of adapted
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

    /** Removes the slots of tensors that a file may lack, where it lacks them. */
    private void skipUnsavedFixed(
            Adapter adapter, Map<String, Slot> slots, Map<String, String> names) {
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            for (String name : block.fixed().keySet()) {
                                String key = module.path() + "." + name;
                                if (stored.format().mayLack(name) && !names.containsKey(key)) {
                                    slots.remove(key);
                                }
                            }
                        });
    }

    private static boolean isModuleToSave(Adapter adapter, String parameter) {
        return adapter.config().modulesToSave().stream()
                .anyMatch(module -> ("." + parameter).contains("." + module + "."));
    }

    private Map<String, Slot> slots(Adapter adapter) {
        Map<String, Slot> slots = new LinkedHashMap<>();
        Set<String> shared = adapter.sharedParameters().keySet();
        adapter.parameters()
                .forEach(
                        (key, parameter) -> {
                            String place = shared.contains(key) ? TensorNames.shared(key) : key;
                            slots.put(place, Slot.plain(parameter.getArray()));
                        });
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            String path = module.path() + ".";
                            for (String name : block.getDirectParameters().keys()) {
                                slots.put(path + name, slot(adapter, block, name));
                            }
                            block.fixed()
                                    .forEach(
                                            (name, array) ->
                                                    slots.put(
                                                            path + name,
                                                            fixed(adapter, block, name, array)));
                        });
        adapter.shared()
                .forEach((name, array) -> slots.put(TensorNames.shared(name), Slot.plain(array)));
        return slots;
    }

    private Slot fixed(Adapter adapter, WeightAdapter block, String name, NDArray array) {
        return new Slot(
                array,
                List.of(array.getShape()),
                read -> {
                    NDArray values = stored.format().fromFile(adapter.config(), block, name, read);
                    block.matchFixed(name, values);
                    return values;
                });
    }

    private Slot slot(Adapter adapter, WeightAdapter block, String name) {
        return new Slot(
                block.getDirectParameters().get(name).getArray(),
                stored.format().shapes(adapter.config(), block, name),
                read -> stored.format().fromFile(adapter.config(), block, name, read));
    }

    /** Returns the names of the tensors by the keys of the parameters that they are for. */
    private Map<String, String> names(Set<String> keys) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : file.tensors().keySet()) {
            String key = keys(name).filter(keys::contains).findFirst().orElse(null);
            if (TensorNames.isIdle(name, file.tensors().keySet())) {
                continue;
            }
            if (key == null) {
                if (!isOfOtherTower(name)) {
                    requireBaseWeight(name);
                }
                continue;
            }
            String other = names.putIfAbsent(key, name);
            if (other != null) {
                throw new MalformedFileException(
                        path,
                        "has both %s and %s for the same parameter; save one adapter to a file"
                                .formatted(quote(other), quote(name)));
            }
        }
        return names;
    }

    /** An adapter of a whole model of texts and images has something for each of its towers. */
    private boolean isOfOtherTower(String name) {
        return stored.model()
                .openOptions()
                .tower()
                .filter(tower -> tower.other().holds(TensorNames.plain(name)))
                .isPresent();
    }

    /** Returns the keys of the parameters that a tensor of a name may be for. */
    private Stream<String> keys(String name) {
        return TensorNames.candidates(name).stream().map(stored.names()::toKey);
    }

    private String fileName(String key, Adapter adapter) {
        return TensorNames.isShared(key) ? key : TensorNames.of(key, adapter, stored.names());
    }

    /**
     * Accepts an adapted embedding, which PEFT saves along with the adapter, if it is the base's.
     */
    private void requireBaseWeight(String name) throws IOException {
        NDArray base =
                stored.model().baseParameters().get(stored.names().toKey(TensorNames.plain(name)));
        if (base == null) {
            throw new MalformedFileException(
                    path,
                    ("has the tensor %s, for which this model and "
                                    + "adapter_config.json have no place; load it into the model "
                                    + "that it was trained on")
                            .formatted(quote(name)));
        }
        try (NDManager scope = base.getManager().newSubManager()) {
            NDArray read = file.read(scope, name);
            if (!read.getShape().equals(base.getShape())
                    || !TransformKernel.cast(read, base, scope).contentEquals(base)) {
                throw new MalformedFileException(
                        path,
                        ("has the tensor %s, which differs from the base model's and is not trained"
                             + " by the adapter; load it into the model that it was trained on")
                                .formatted(quote(name)));
            }
        }
    }

    private void check(String name, Slot slot) throws IOException {
        TensorEntry entry = file.tensors().get(name);
        if (!slot.shapes().contains(entry.shape())) {
            String expected =
                    slot.shapes().stream().map(Shape::toString).collect(Collectors.joining(" or "));
            throw new MalformedFileException(
                    path,
                    "tensor %s has the shape %s where %s is needed; %s"
                            .formatted(quote(name), entry.shape(), expected, checks.advice()));
        }
        boolean floating = slot.array().getDataType().isFloating();
        if (entry.dataType().isFloating() != floating) {
            throw new MalformedFileException(
                    path,
                    "tensor %s is of type %s where %s are needed; save the adapter again"
                            .formatted(
                                    quote(name),
                                    entry.dataType(),
                                    floating ? "floating-point values" : "whole numbers"));
        }
    }

    private void copy(String name, Slot slot) throws IOException {
        NDArray target = slot.array();
        if (target.size() == 0) {
            return;
        }
        try (NDManager scope = target.getManager().newSubManager()) {
            DataType type = target.getDataType();
            NDArray read = file.read(scope, name);
            NDArray values = read.toType(type.isFloating() ? widest(type) : type, false);
            TensorChecks.requireFinite(path, name, values, scope);
            WeightAdapter.set(target, slot.reading().apply(values));
        }
    }

    private static DataType widest(DataType type) {
        return type == DataType.FLOAT64 ? type : DataType.FLOAT32;
    }
}
