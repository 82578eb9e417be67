/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.nn.Parameter;
import java.util.Collection;
import java.util.Locale;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.pass.AdapterStates;

/**
 * The state of an adapter, in one layer or in a model.
 *
 * @param method its method, such as {@code compound}
 * @param active whether it is among the active adapters
 * @param merged whether it is among the merged adapters
 * @param gradients whether its parameters require gradients
 * @param parameters its number of parameters
 * @param trainable how many of them require gradients
 */
public record AdapterStatus(
        String name,
        String method,
        boolean active,
        boolean merged,
        Gradients gradients,
        long parameters,
        long trainable) {

    /** Which of some parameters require gradients. */
    public enum Gradients {
        /** All of them. */
        YES,
        /** None of them, because they are frozen, the adapter is inactive or all are disabled. */
        NO,
        /** Some are frozen and others are not. */
        IRREGULAR;

        /** Returns the lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Describes some parameters of an adapter. */
    static AdapterStatus of(
            Adapter adapter, AdapterStates states, Collection<Parameter> parameters) {
        boolean active = states.active().contains(adapter.name());
        long size = 0;
        long trainable = 0;
        for (Parameter parameter : parameters) {
            long count = parameter.getArray().size();
            size += count;
            trainable += active && !states.isDisabled() && parameter.requiresGradient() ? count : 0;
        }
        Gradients some = trainable == size ? Gradients.YES : Gradients.IRREGULAR;
        return new AdapterStatus(
                adapter.name(),
                adapter.config().method(),
                active,
                states.merged().contains(adapter.name()),
                trainable == 0 ? Gradients.NO : some,
                size,
                trainable);
    }

    @Override
    public String toString() {
        return name
                + " ("
                + method
                + (active ? ", active" : ", inactive")
                + (merged ? ", merged" : "")
                + ", gradients: "
                + gradients
                + String.format(Locale.ROOT, ", %,d parameters)", parameters);
    }
}
