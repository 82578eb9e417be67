/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;

/**
 * The adapters of an export in the order in which they act, as they are when the export is
 * described. What is exported is read later, and must be the same.
 */
final class MergedAdapters {

    private final Export export;
    private final AdaptedModel model;
    private final List<Adapter> adapters;
    private final List<AdapterRecord> records;

    MergedAdapters(Export export) {
        this.export = export;
        this.model = export.model();
        this.adapters = export.adapterNames().stream().map(model::adapter).toList();
        this.records = adapters.stream().map(Adapter::record).toList();
    }

    /**
     * The arrays that an export takes from a model, all of one moment: changed weights, and the
     * parameters of an adapter's head. They are sorted by their names, so that the same model gives
     * the same file in every process.
     */
    record Weights(SortedMap<String, NDArray> merged, SortedMap<String, NDArray> head) {}

    List<Adapter> list() {
        return adapters;
    }

    /** Returns the adapter that has a head of its own, if there is one. */
    Optional<Adapter> headed() {
        return adapters.stream().filter(a -> a.headConfig().isPresent()).findFirst();
    }

    /** Returns the adapter with which the model's own head has another number of outputs. */
    private Optional<Adapter> resizing() {
        return OutputLayer.of(model)
                .flatMap(layer -> adapters.stream().filter(layer::isResizedBy).findFirst());
    }

    /** Returns the head of an adapter, if there is one. */
    Optional<HeadConfig> head() {
        return headed().flatMap(Adapter::headConfig);
    }

    /**
     * Returns the names of the outputs, of which a description must have as many as there are:
     * those that were asked for, else those of an adapter that brings outputs; empty for those of
     * the model.
     */
    Optional<List<String>> labels() throws IOException {
        Optional<Adapter> headed = headed();
        boolean named = headed.isPresent() && !OutputLabels.areUnresolved(model, headed.get());
        Optional<Adapter> naming = named ? headed : resizing();
        return export.labels().isEmpty() && naming.isPresent()
                ? OutputLabels.of(model, naming.get())
                : export.labels();
    }

    /** Tells whether an adapter says what its outputs are, so that it is known what they mean. */
    boolean tellOutputs() {
        return headed().isPresent() || adapters.stream().anyMatch(OutputLabels::areGivenBy);
    }

    /** Tells whether a classifier of PEFT gives an input any number of classes. */
    boolean giveSeveral() throws IOException {
        for (Adapter adapter : adapters) {
            if (OutputLabels.giveSeveral(model, adapter)) {
                return true;
            }
        }
        return false;
    }

    /** Refuses a head of another size where the format has no place for one. */
    void requireSameSize(Path file) {
        resizing()
                .ifPresent(
                        adapter -> {
                            throw new IllegalArgumentException(
                                    ("Adapter '%s' has a head of another size than the base model,"
                                                    + " for which %s has no place; merge it into a"
                                                    + " TorchScript model or a HuggingFace"
                                                    + " checkpoint")
                                            .formatted(adapter.name(), file));
                        });
    }

    /** Reads the weights if the check of the export passes and no adapter was changed meanwhile. */
    Weights weights(NDManager scope) {
        SortedMap<String, NDArray> head = new TreeMap<>();
        Map<String, NDArray> merged =
                model.merging()
                        .weights(
                                scope,
                                export.adapterNames(),
                                read -> {
                                    export.check().accept(read);
                                    requireSame(read);
                                    headed().ifPresent(a -> head.putAll(head(a, scope)));
                                });
        return new Weights(new TreeMap<>(merged), head);
    }

    /** Refuses adapters other than those of which the description was made. */
    private void requireSame(List<Adapter> read) {
        if (!read.equals(adapters)
                || !read.stream().map(Adapter::record).toList().equals(records)) {
            throw new IllegalStateException(
                    "One of the adapters "
                            + adapters.stream().map(Adapter::name).toList()
                            + " was changed during the export; export it again");
        }
    }

    /** Returns copies of the arrays of an adapter's head as they are now. */
    private static Map<String, NDArray> head(Adapter adapter, NDManager scope) {
        Map<String, NDArray> copies = new HashMap<>();
        adapter.parameters()
                .forEach(
                        (name, parameter) -> {
                            if (name.startsWith("head.")) {
                                NDArray copy = parameter.getArray().duplicate();
                                copy.attach(scope);
                                copies.put(name, copy);
                            }
                        });
        return copies;
    }
}
