/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.io.MalformedFileException;
import org.djladapters.onnx.Initializer;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.safetensors.ArrayBytes;

/**
 * Finds which initializers of an ONNX file are which parameters of a base model.
 *
 * <p>An initializer is a parameter only if it has the same elements, bit for bit, as they lie or
 * transposed. Among several parameters of the same elements the name decides: that of the
 * initializer, or of the module that multiplies by it. Exporters keep the names of embeddings,
 * biases, convolutions and normalizations; the weight of a linear layer loses its name with
 * PyTorch's exporter, but its node has the path of the module. Without any of these names all
 * parameters of these elements are meant, and with a name also those that have no other
 * initializer: exporters keep one initializer for equal parameters. Then all of them must have been
 * changed in the same way.
 */
final class InitializerMatches {

    private final OnnxFile onnx;
    private final Map<String, NDArray> merged;
    private final NDManager scope;
    private final Map<Long, List<Initializer>> bySize = new HashMap<>();

    /** The parameters that have the elements of an initializer. */
    private final Map<Initializer, List<Place>> equal = new LinkedHashMap<>();

    /** The parameters whose merged value differs from the base model's. */
    private final Set<String> changed = new LinkedHashSet<>();

    /** A parameter that an initializer holds, maybe as its transpose. */
    record Place(String parameter, boolean transposed) {}

    /** Prepares the search for parameters of these merged values. */
    InitializerMatches(OnnxFile onnx, Map<String, NDArray> merged, NDManager scope) {
        this.onnx = onnx;
        this.merged = merged;
        this.scope = scope;
        for (Initializer initializer : onnx.initializers()) {
            if (initializer.isPlain() && initializer.length() > 0) {
                bySize.computeIfAbsent((long) initializer.length(), key -> new ArrayList<>())
                        .add(initializer);
            }
        }
    }

    /**
     * Finds the initializers that have to be replaced, each with a parameter that it is. A changed
     * parameter without one, and an initializer of several parameters that differ after merging,
     * are refused.
     */
    Map<Initializer, Place> find(TorchArchive archive, Map<String, TensorRecord> parameters)
            throws IOException {
        for (Map.Entry<String, TensorRecord> parameter : parameters.entrySet()) {
            compare(parameter.getKey(), parameter.getValue(), archive);
        }
        Map<Initializer, List<Place>> meant = new LinkedHashMap<>();
        equal.forEach((initializer, places) -> meant.put(initializer, meant(initializer, places)));
        addUnclaimed(meant);
        Map<Initializer, Place> replaced = new LinkedHashMap<>();
        Set<String> found = new HashSet<>();
        for (Map.Entry<Initializer, List<Place>> entry : meant.entrySet()) {
            List<Place> places = entry.getValue();
            if (places.stream().anyMatch(place -> changed.contains(place.parameter()))) {
                requireOneResult(entry.getKey(), places);
                replaced.put(entry.getKey(), places.get(0));
                if (entry.getKey().uses() > 0) {
                    places.forEach(place -> found.add(place.parameter()));
                }
            }
        }
        for (String name : changed) {
            if (!found.contains(name)) {
                throw missing(name, parameters.get(name));
            }
        }
        return replaced;
    }

    /**
     * Returns the merged elements of a parameter as an initializer holds them, in memory of an
     * owner.
     */
    ByteBuffer mergedData(Initializer initializer, Place place, NDManager owner) {
        NDArray array = merged.get(place.parameter());
        DataType type = initializer.dataType().orElseThrow();
        if (!place.transposed()) {
            return ArrayBytes.of(array, type, owner);
        }
        NDArray transposed = array.transpose();
        transposed.attach(owner);
        return ArrayBytes.of(transposed, type, owner);
    }

    /** Compares a parameter with all initializers of its size, and with its merged value. */
    private void compare(String name, TensorRecord tensor, TorchArchive archive)
            throws IOException {
        List<Initializer> candidates = bySize.getOrDefault(tensor.byteSize(), List.of());
        if (candidates.isEmpty() && !merged.containsKey(name)) {
            return;
        }
        ByteBuffer base = archive.read(tensor);
        if (merged.containsKey(name)) {
            try (NDManager own = scope.newSubManager()) {
                if (!base.equals(ArrayBytes.of(merged.get(name), tensor.dataType(), own))) {
                    changed.add(name);
                }
            }
        }
        for (Initializer initializer : candidates) {
            if (initializer.dataType().orElseThrow() == tensor.dataType()) {
                ByteBuffer data = onnx.data(initializer);
                if (hasShape(initializer, tensor.shape()) && base.equals(data)) {
                    add(initializer, new Place(name, false));
                }
                if (hasTransposedShape(initializer, tensor.shape())
                        && isTransposed(base, data, tensor)) {
                    add(initializer, new Place(name, true));
                }
            }
        }
    }

    private void add(Initializer initializer, Place place) {
        equal.computeIfAbsent(initializer, key -> new ArrayList<>()).add(place);
    }

    /** Exporters add and drop dimensions of one element. */
    private static boolean hasShape(Initializer initializer, Shape shape) {
        return withoutOnes(initializer.shape())
                .equals(withoutOnes(Arrays.stream(shape.getShape()).boxed().toList()));
    }

    private static List<Long> withoutOnes(List<Long> shape) {
        return shape.stream().filter(size -> size != 1).toList();
    }

    private static boolean hasTransposedShape(Initializer initializer, Shape shape) {
        return shape.dimension() == 2
                && initializer.shape().equals(List.of(shape.get(1), shape.get(0)));
    }

    private static boolean isTransposed(ByteBuffer base, ByteBuffer data, TensorRecord tensor) {
        int bytes = tensor.dataType().getNumOfBytes();
        int rows = (int) tensor.shape().get(0);
        int columns = (int) tensor.shape().get(1);
        int next = 0;
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                int from = bytes * (row * columns + column);
                boolean same =
                        bytes == Float.BYTES
                                ? base.getInt(from) == data.getInt(next)
                                : base.getShort(from) == data.getShort(next);
                if (!same) {
                    return false;
                }
                next += bytes;
            }
        }
        return true;
    }

    /** Returns the parameters that an initializer holds by its names, else all of its elements. */
    private List<Place> meant(Initializer initializer, List<Place> places) {
        Set<Place> named = new LinkedHashSet<>(named(places, initializer.name(), false));
        for (String module : initializer.modules()) {
            named.addAll(named(places, module + ".weight", true));
        }
        if (!named.isEmpty()) {
            return List.copyOf(named);
        }
        // many programs have such constants
        return isUniform(initializer) ? List.of() : places;
    }

    /**
     * Returns the parameters of a name, with or without what wraps the model there or here; where a
     * weight equals its transpose, those that lie as said.
     */
    private static List<Place> named(List<Place> places, String name, boolean transposed) {
        List<Place> same = places.stream().filter(p -> p.parameter().equals(name)).toList();
        List<Place> alike =
                same.isEmpty()
                        ? places.stream().filter(p -> isAlike(p.parameter(), name)).toList()
                        : same;
        List<Place> told = alike.stream().filter(p -> p.transposed() == transposed).toList();
        return told.isEmpty() ? alike : told;
    }

    private static boolean isAlike(String parameter, String name) {
        return parameter.endsWith('.' + name) || name.endsWith('.' + parameter);
    }

    private boolean isUniform(Initializer initializer) {
        ByteBuffer data = onnx.data(initializer);
        int bytes = initializer.dataType().orElseThrow().getNumOfBytes();
        return data.slice(bytes, data.limit() - bytes).equals(data.slice(0, data.limit() - bytes));
    }

    /**
     * Adds the parameters without an initializer to those with several uses, which can be theirs.
     */
    private void addUnclaimed(Map<Initializer, List<Place>> meant) {
        Set<String> claimed =
                meant.values().stream()
                        .flatMap(List::stream)
                        .map(Place::parameter)
                        .collect(Collectors.toSet());
        meant.replaceAll(
                (initializer, places) -> {
                    if (initializer.uses() < 2 || places.isEmpty()) {
                        return places;
                    }
                    List<Place> all = new ArrayList<>(places);
                    equal.get(initializer).stream()
                            .filter(place -> !claimed.contains(place.parameter()))
                            .forEach(all::add);
                    return all;
                });
    }

    private void requireOneResult(Initializer initializer, List<Place> places)
            throws MalformedFileException {
        try (NDManager own = scope.newSubManager()) {
            ByteBuffer first = null;
            for (Place place : places) {
                ByteBuffer data =
                        changed.contains(place.parameter())
                                ? mergedData(initializer, place, own)
                                : onnx.data(initializer);
                if (first != null && !first.equals(data)) {
                    throw new MalformedFileException(
                            onnx.path(),
                            ("the initializer %s can be %s, which differ after merging; export the"
                                 + " ONNX file so that each has an initializer of its name, or"
                                 + " adapt these modules alike")
                                    .formatted(quote(initializer.name()), names(places)));
                }
                first = data;
            }
        }
    }

    private static String names(List<Place> places) {
        List<String> names = places.stream().map(Place::parameter).distinct().toList();
        if (names.size() == 1) {
            return names.get(0) + " or its transpose";
        }
        return names.size() > 3
                ? "each of " + names.size() + " parameters such as " + names.get(0)
                : "any of " + String.join(" and ", names);
    }

    private MalformedFileException missing(String name, TensorRecord tensor) {
        String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        String reason =
                onnx.initializers().stream()
                        .filter(i -> i.name().equals(name) || isAlike(i.name(), name))
                        .findFirst()
                        .map(alike -> difference(alike, tensor))
                        .orElse("it has none of this name, and none without a name");
        return new MalformedFileException(
                onnx.path(),
                ("has no initializer with the values that the base model has "
                                + "for %s, which the adapter changes: %s; export the file from "
                                + "this base model without optimization, or train an adapter "
                                + "that leaves %s alone")
                        .formatted(name, reason, module));
    }

    private static String difference(Initializer alike, TensorRecord tensor) {
        String name = quote(alike.name());
        if (alike.uses() == 0) {
            return "no node uses " + name;
        }
        if (!alike.isPlain()) {
            return name + " does not hold floating-point numbers as bytes";
        }
        DataType type = alike.dataType().orElseThrow();
        return type == tensor.dataType()
                ? name + " has other values, those of another checkpoint"
                : name + " has the type " + type + " instead of " + tensor.dataType();
    }
}
