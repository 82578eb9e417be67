/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Locale;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.pass.AdapterStates;
import org.djladapters.model.pass.ModelState;
import org.djladapters.surgery.ModelFacts;

/**
 * A description of what adapters do in a model at one moment.
 *
 * <p>Activity, merging and disabling are states of the whole model here, so layers never disagree
 * about them; only the need of gradients can be irregular.
 *
 * @param enabled whether adapters are not disabled
 * @param active the names of the active adapters, in the order in which they act
 * @param merged the names of the merged adapters, in the order in which they act
 * @param adapters all adapters with all they train, heads and saved modules among it
 * @param layers the adapted layers in the order of the model
 * @param baseParameters the number of the base model's own parameters, those of tied weights
 *     counted once
 * @param matmul how the products of linear layers are computed
 * @param precision the type in which the base model computes
 */
public record ModelStatus(
        String model,
        boolean enabled,
        List<String> active,
        List<String> merged,
        List<AdapterStatus> adapters,
        List<LayerStatus> layers,
        long baseParameters,
        Matmul matmul,
        DataType precision) {

    /** Copies the lists. */
    public ModelStatus {
        active = List.copyOf(active);
        merged = List.copyOf(merged);
        adapters = List.copyOf(adapters);
        layers = List.copyOf(layers);
    }

    static ModelStatus of(String model, ModelState state) {
        AdapterStates states = state.adapters();
        if (states.all().isEmpty()) {
            throw new IllegalStateException("The model '" + model + "' has no adapters; add one");
        }
        ModelFacts facts = state.baseModel().facts();
        return new ModelStatus(
                model,
                !states.isDisabled(),
                states.active(),
                states.merged(),
                states.all().stream()
                        .map(a -> AdapterStatus.of(a, states, a.parameters().values()))
                        .toList(),
                facts.targetModules().stream()
                        .map(module -> LayerStatus.of(module, states))
                        .filter(layer -> !layer.adapters().isEmpty())
                        .toList(),
                facts.size(),
                state.matmul(),
                facts.precision());
    }

    /** {@return the names of all adapters, in the order in which they were added} */
    public List<String> available() {
        return adapters.stream().map(AdapterStatus::name).toList();
    }

    /** {@return the number of parameters of all adapters} */
    public long adapterParameters() {
        return adapters.stream().mapToLong(AdapterStatus::parameters).sum();
    }

    /** {@return the number of parameters of active adapters that require gradients} */
    public long trainableParameters() {
        return adapters.stream().mapToLong(AdapterStatus::trainable).sum();
    }

    /** {@return the number of parameters of the base model and all adapters} */
    public long totalParameters() {
        return baseParameters + adapterParameters();
    }

    /** {@return the share of all parameters that trains, 100 &middot; trainable / total} */
    public double trainablePercentage() {
        return 100.0 * trainableParameters() / totalParameters();
    }

    /** Totals, then a line for every adapter and for every layer. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(model);
        text.append(enabled ? ": adapters enabled" : ": adapters disabled")
                .append(", active ")
                .append(active)
                .append(", merged ")
                .append(merged)
                .append(", available ")
                .append(available())
                .append(", computed in ")
                .append(Precision.nameOf(precision))
                .append(", matrix products by ")
                .append(matmul);
        text.append(
                String.format(
                        Locale.ROOT,
                        "\ntrainable: %,d of %,d (%.2f %%)",
                        trainableParameters(),
                        totalParameters(),
                        trainablePercentage()));
        adapters.forEach(adapter -> text.append("\n").append(adapter));
        layers.forEach(layer -> text.append("\n  ").append(layer));
        return text.toString();
    }
}
