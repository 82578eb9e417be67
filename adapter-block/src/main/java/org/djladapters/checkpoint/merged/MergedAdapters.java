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
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;
import org.djladapters.model.access.ModelAccess;

/**
 * The adapters of an export in the order in which they act, as they are when the export is
 * described. What is exported is read later, and must be the same.
 */
final class MergedAdapters {

    private final AdaptedModel model;
    private final List<String> names;
    private final List<Adapter> adapters;
    private final List<Map<String, String>> texts;

    MergedAdapters(AdaptedModel model, List<String> names) {
        this.model = model;
        this.names = names;
        this.adapters = names.stream().map(model::adapter).toList();
        this.texts = adapters.stream().map(Adapter::texts).toList();
    }

    /**
     * What an export takes from a model, all of one moment.
     *
     * @param merged the changed weights by their names
     * @param head the parameters of an adapter's head by their names, none without a head
     */
    record Weights(Map<String, NDArray> merged, Map<String, NDArray> head) {}

    List<Adapter> list() {
        return adapters;
    }

    /** The adapter that has a head of its own, if there is one. */
    Optional<Adapter> headed() {
        return adapters.stream().filter(a -> a.headConfig().isPresent()).findFirst();
    }

    /** The adapter with which the model's own head has another number of outputs. */
    private Optional<Adapter> resizing() {
        return OutputLayer.of(model)
                .flatMap(layer -> adapters.stream().filter(layer::isResizedBy).findFirst());
    }

    /**
     * The names of the outputs: a description that is written must name as many as there are.
     *
     * @param asked the names that were asked for
     * @return these, else those of an adapter that changes their number; empty for what the
     *     description of the model says
     * @throws IOException if it is unknown what such an adapter predicts
     */
    Optional<List<String>> labels(Optional<List<String>> asked) throws IOException {
        Optional<Adapter> resizing = resizing();
        return asked.isEmpty() && resizing.isPresent()
                ? OutputLabels.of(model, resizing.get())
                : asked;
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

    /**
     * Reads the weights if a check passes of the adapters that they are of.
     *
     * @param scope the owner of the arrays
     * @throws IllegalStateException if an adapter was changed meanwhile
     */
    Weights weights(NDManager scope, Consumer<List<Adapter>> check) {
        Map<String, NDArray> head = new HashMap<>();
        Map<String, NDArray> merged =
                ModelAccess.of(model)
                        .mergedWeights(
                                scope,
                                names,
                                read -> {
                                    check.accept(read);
                                    requireSame(read);
                                    headed().ifPresent(a -> head.putAll(head(a, scope)));
                                });
        return new Weights(merged, head);
    }

    /** Refuses others than those of which the description was made. */
    private void requireSame(List<Adapter> read) {
        if (!read.equals(adapters) || !read.stream().map(Adapter::texts).toList().equals(texts)) {
            throw new IllegalStateException(
                    "One of the adapters "
                            + adapters.stream().map(Adapter::name).toList()
                            + " was changed during the export; export it again");
        }
    }

    /** Copies of the arrays of an adapter's head as they are now. */
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
