/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Head;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;

/**
 * The layer of a base model's own head that gives the outputs. An adapter that trains it in full
 * may have it with another number of outputs than the base model.
 */
@Internal
public record OutputLayer(TargetModule module, int outputs) {

    /** The modules of language models, whose outputs are the vocabulary. */
    private static final List<String> OF_LANGUAGE = List.of("lm_head", "cls");

    /**
     * Finds the last linear layer of a model's head, with the base model's number of outputs; empty
     * for a model without a head.
     */
    public static Optional<OutputLayer> of(AdaptedModel model) {
        return model.targetModules().stream()
                .filter(module -> module.isHead() && module.isLinear())
                .reduce((first, last) -> last)
                .map(module -> new OutputLayer(module, module.weight().features()));
    }

    /** Returns the layer with another number of outputs. */
    public OutputLayer withOutputs(int number) {
        return new OutputLayer(module, number);
    }

    /** Returns the layer with the outputs that an adapter gives it. */
    public OutputLayer in(Adapter adapter) {
        return isResizedBy(adapter)
                ? withOutputs(Math.toIntExact(weight(adapter).getArray().getShape().get(0)))
                : this;
    }

    /** Tells whether an adapter has the layer with another number of outputs. */
    public boolean isResizedBy(Adapter adapter) {
        return adapter.resized().contains(module.parameter());
    }

    /**
     * Tells whether the layer can have any number of outputs: it is that of a task, whose classes
     * are nothing but the rows of its weight.
     */
    public boolean isResizable() {
        return module.kind() == WeightSpec.Kind.LINEAR
                && OF_LANGUAGE.stream()
                        .noneMatch(name -> (module.path() + ".").startsWith(name + "."));
    }

    /** Tells whether an adapter trains all parameters of the layer in full. */
    public boolean isTrainedBy(Adapter adapter) {
        Map<String, Parameter> trained = adapter.savedModules();
        return trained.containsKey(module.parameter())
                && (module.bias() == null || trained.containsKey(module.bias()));
    }

    /**
     * Starts the layer new in an adapter that trains it in full and that no pass has seen yet: with
     * this number of outputs, small random weights as those of other new heads, and a bias of
     * zeros.
     */
    public void startIn(Adapter adapter) {
        adapter.restart(
                module.parameter(),
                name -> Head.weight(name, new Shape(outputs, module.weight().inputs())));
        if (module.bias() != null) {
            adapter.restart(module.bias(), name -> Head.bias(name, outputs));
        }
    }

    /** Returns the bias in an adapter that trains the layer in full, if there is one. */
    public Optional<Parameter> bias(Adapter adapter) {
        return Optional.ofNullable(module.bias()).map(adapter.savedModules()::get);
    }

    private Parameter weight(Adapter adapter) {
        return adapter.savedModules().get(module.parameter());
    }
}
