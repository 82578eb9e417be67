/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** A batch whose rows belong to different adapters. */
final class MixedBatch {

    private final NDList inputs;
    private final int size;

    /** The numbers of the rows of every adapter. */
    private final Map<String, List<Integer>> rows = new LinkedHashMap<>();

    MixedBatch(NDList inputs, List<String> adapterOfRow) {
        this.inputs = inputs;
        size = adapterOfRow.size();
        Shape shape = inputs.get(0).getShape();
        long batch = shape.isScalar() ? 0 : shape.get(0);
        if (batch != size || size == 0) {
            throw new IllegalArgumentException(
                    "The batch has %s rows and %s adapters are named; name one for every row, '%s' for the base model"
                            .formatted(batch, size, AdapterStates.BASE));
        }
        for (int row = 0; row < size; row++) {
            rows.computeIfAbsent(adapterOfRow.get(row), name -> new ArrayList<>()).add(row);
        }
    }

    /** Makes a batch of parts, each of which has rows of one name, one after another. */
    static MixedBatch ofParts(NDList inputs, List<String> names, List<Integer> counts) {
        List<String> ofRow = new ArrayList<>();
        for (int part = 0; part < names.size(); part++) {
            ofRow.addAll(Collections.nCopies(counts.get(part), names.get(part)));
        }
        return new MixedBatch(inputs, ofRow);
    }

    /** Returns the names in the order of their first rows. */
    Set<String> adapters() {
        return rows.keySet();
    }

    /**
     * Runs the rows and puts the outputs back into their order.
     *
     * @param pass runs some rows, given the number of them by name, in their order; returns the
     *     outputs by name
     * @throws IllegalArgumentException if the outputs of two adapters differ in more than the batch
     */
    NDList run(
            List<List<String>> passes,
            BiFunction<Map<String, Integer>, NDList, Map<String, NDList>> pass) {
        Map<String, NDList> outputs = runApart(passes, pass);
        if (rows.size() == 1) {
            return outputs.values().iterator().next();
        }
        NDManager manager = inputs.get(0).getManager();
        try (NDManager scope = manager.newSubManager()) {
            outputs.values().forEach(output -> output.attach(scope));
            requireAlike(outputs);
            NDList joined = join(rows.keySet().stream().map(outputs::get).toList(), scope);
            joined.attach(manager);
            return joined;
        }
    }

    /**
     * Runs the rows as {@link #run} and returns the outputs by name, owned by the manager of the
     * inputs. Outputs of two adapters may differ in all.
     */
    Map<String, NDList> runApart(
            List<List<String>> passes,
            BiFunction<Map<String, Integer>, NDList, Map<String, NDList>> pass) {
        if (rows.size() == 1) {
            String name = rows.keySet().iterator().next();
            return pass.apply(Map.of(name, size), inputs);
        }
        NDManager manager = inputs.get(0).getManager();
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDList> outputs = new HashMap<>();
            for (List<String> names : passes) {
                Map<String, Integer> counts = new LinkedHashMap<>();
                names.forEach(name -> counts.put(name, rows.get(name).size()));
                List<Integer> chosen = names.stream().flatMap(n -> rows.get(n).stream()).toList();
                outputs.putAll(pass.apply(counts, choose(inputs, chosen, scope)));
            }
            outputs.values().forEach(output -> output.attach(manager));
            return outputs;
        }
    }

    /** Gives every part of {@link #ofParts} its rows of the outputs by name. */
    List<NDList> parts(Map<String, NDList> outputs, List<String> names, List<Integer> counts) {
        NDManager manager = inputs.get(0).getManager();
        Map<String, Integer> starts = new HashMap<>();
        List<NDList> parts = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            int end = starts.merge(name, counts.get(i), Integer::sum);
            int start = end - counts.get(i);
            NDList part = new NDList();
            for (NDArray array : outputs.get(name)) {
                part.add(
                        hasRows(array, rows.get(name).size())
                                ? slice(array, start, end, manager)
                                : array);
            }
            parts.add(part);
        }
        return parts;
    }

    /** Returns the numbers of rows by name, in the order of {@link #sorted}. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        rows.forEach((name, own) -> counts.put(name, own.size()));
        return counts;
    }

    /** Sorts the rows of arrays by their adapters; others stay as they are. */
    NDList sorted(NDList arrays, NDManager scope) {
        return choose(arrays, rows.values().stream().flatMap(List::stream).toList(), scope);
    }

    /** Gives every name its rows of arrays; arrays of another length are shared. */
    static Map<String, NDList> split(Map<String, Integer> counts, NDList arrays, NDManager scope) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, NDList> parts = new LinkedHashMap<>();
        int start = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            int end = start + entry.getValue();
            NDList part = new NDList();
            for (NDArray array : arrays) {
                part.add(hasRows(array, all) ? slice(array, start, end, scope) : array);
            }
            parts.put(entry.getKey(), part);
            start = end;
        }
        return parts;
    }

    private static boolean hasRows(NDArray array, int rows) {
        return !array.getShape().isScalar() && array.getShape().get(0) == rows;
    }

    private static NDArray slice(NDArray array, int start, int end, NDManager scope) {
        NDArray slice = array.get(scope, new NDIndex(start + ":" + end));
        slice.setName(array.getName());
        return slice;
    }

    /** Chooses rows of arrays with the batch as their first axis; all others are shared. */
    private NDList choose(NDList arrays, List<Integer> rows, NDManager scope) {
        NDArray index = index(rows, scope);
        NDList chosen = new NDList();
        for (NDArray input : arrays) {
            chosen.add(hasRows(input, size) ? rows(input, index, scope) : input);
        }
        return chosen;
    }

    private NDList join(List<NDList> outputs, NDManager scope) {
        List<Integer> order = new ArrayList<>();
        rows.values().forEach(order::addAll);
        List<Integer> places = new ArrayList<>(order);
        for (int place = 0; place < size; place++) {
            places.set(order.get(place), place);
        }
        NDArray index = index(places, scope);
        NDList joined = new NDList();
        for (int i = 0; i < outputs.get(0).size(); i++) {
            int number = i;
            NDList parts = new NDList(outputs.stream().map(part -> part.get(number)).toList());
            NDArray all = NDArrays.concat(parts);
            all.attach(scope);
            NDArray output = rows(all, index, scope);
            output.setName(parts.get(0).getName());
            joined.add(output);
        }
        return joined;
    }

    private static NDArray rows(NDArray array, NDArray index, NDManager scope) {
        NDArray chosen = array.get(scope, new NDIndex("{}", index));
        // the engine reads from names how arrays are passed
        chosen.setName(array.getName());
        return chosen;
    }

    private static NDArray index(List<Integer> rows, NDManager scope) {
        return scope.create(rows.stream().mapToLong(Integer::longValue).toArray());
    }

    private void requireAlike(Map<String, NDList> outputs) {
        String first = rows.keySet().iterator().next();
        outputs.forEach((name, list) -> requireAlike(first, outputs.get(first), name, list));
    }

    private void requireAlike(String first, NDList expected, String name, NDList actual) {
        boolean alike = actual.size() == expected.size();
        for (int i = 0; alike && i < actual.size(); i++) {
            Shape shape = actual.get(i).getShape();
            alike =
                    !shape.isScalar()
                            && shape.get(0) == rows.get(name).size()
                            && shape.slice(1).equals(expected.get(i).getShape().slice(1))
                            && actual.get(i).getDataType() == expected.get(i).getDataType();
        }
        if (!alike) {
            throw new IllegalArgumentException(
                    "The outputs of '%s', %s for %s rows, and those of '%s', %s for %s, can't be rows of the same arrays; predict them apart"
                            .formatted(
                                    name,
                                    describe(actual),
                                    rows.get(name).size(),
                                    first,
                                    describe(expected),
                                    rows.get(first).size()));
        }
    }

    private static String describe(NDList outputs) {
        return outputs.stream()
                .map(output -> output.getDataType() + " " + output.getShape())
                .toList()
                .toString();
    }
}
