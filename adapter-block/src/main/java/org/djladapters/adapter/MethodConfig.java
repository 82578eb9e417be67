/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/**
 * What the configurations of all methods that adapt weights have in common: the values of their
 * options, of which some belong to all, namely where the adapter goes and what trains beside it.
 */
public abstract class MethodConfig implements AdapterConfig {

    private final String method;
    private final Supplier<? extends Builder<?>> newBuilder;
    private final List<Option<?>> shown;
    private final OptionValues values;

    /**
     * Takes the options that a builder holds.
     *
     * @param method the method in one word, as on the command line
     * @param newBuilder makes a builder of this type of configuration
     * @param shown the options that the text of a configuration has, in their order
     */
    @Internal
    protected MethodConfig(
            String method,
            Builder<?> builder,
            Supplier<? extends Builder<?>> newBuilder,
            Option<?>... shown) {
        this(method, builder.values, newBuilder, shown);
    }

    /** Takes the values of options. */
    MethodConfig(
            String method,
            OptionValues values,
            Supplier<? extends Builder<?>> newBuilder,
            Option<?>... shown) {
        this.method = method;
        this.newBuilder = newBuilder;
        this.shown = List.of(shown);
        this.values = values;
    }

    /** Returns the value of an option. */
    @Internal
    public final <T> T get(Option<T> option) {
        return values.get(option);
    }

    /** Returns a copy of this configuration, of the same type, with another value of an option. */
    @Internal
    protected final <T> MethodConfig with(Option<T> option, T value) {
        Builder<?> builder = newBuilder.get();
        builder.values = values;
        return builder.set(option, value).build();
    }

    @Override
    public final String method() {
        return method;
    }

    @Override
    public final Targets targets() {
        return get(CommonOptions.TARGETS);
    }

    @Override
    public final AdapterConfig withTargets(Targets targets) {
        return with(CommonOptions.TARGETS, targets);
    }

    @Override
    public final List<String> modulesToSave() {
        return get(CommonOptions.MODULES_TO_SAVE);
    }

    @Override
    public final AdapterConfig withModulesToSave(List<String> suffixes) {
        return with(CommonOptions.MODULES_TO_SAVE, List.copyOf(suffixes));
    }

    @Override
    public final Bias bias() {
        return get(CommonOptions.BIAS);
    }

    @Override
    public final double moduleDropout() {
        return get(CommonOptions.MODULE_DROPOUT);
    }

    /**
     * {@return the options of the method that differ from their defaults, such as {@code orders [1,
     * 2], block size 92}}
     */
    protected String options() {
        return text(shown);
    }

    /** Returns the texts of options, separated by commas. */
    @Internal
    protected final String text(List<Option<?>> options) {
        return values.text(options);
    }

    /** Returns the method and all options that differ from their defaults. */
    @Override
    public final String toString() {
        String options = options();
        StringBuilder text = new StringBuilder(method).append('(').append(options);
        text.append(options.isEmpty() ? "targets " : ", targets ").append(targets());
        text.append(bias() == Bias.NONE ? "" : ", bias " + bias());
        text.append(modulesToSave().isEmpty() ? "" : ", modules to save " + modulesToSave());
        text.append(moduleDropout() > 0 ? ", module dropout " + moduleDropout() : "");
        return text.append(')').toString();
    }

    /** Builds a configuration. */
    public abstract static class Builder<T extends Builder<T>> {

        private OptionValues values = OptionValues.DEFAULT;

        final OptionValues values() {
            return values;
        }

        /** Starts with all options at their defaults. */
        protected Builder() {}

        /**
         * Sets an option.
         *
         * @throws IllegalArgumentException if the option can't have the value
         */
        @Internal
        @SuppressWarnings("unchecked") // T is the type of this
        public final <V> T set(Option<V> option, V value) {
            values = values.with(option, Objects.requireNonNull(value, option.name()));
            return (T) this;
        }

        /** Sets the options that a person gave. */
        @Internal
        public final Builder<T> set(List<Argument> arguments, Map<String, ?> given) {
            values = values.with(arguments, given);
            return this;
        }

        /** Returns the value of an option as it is set so far. */
        @Internal
        protected final <V> V get(Option<V> option) {
            return values.get(option);
        }

        /**
         * Selects the adapted modules by suffixes of their paths. Default: all linear layers.
         *
         * @param suffixes such as {@code query}
         */
        public T optTargets(String... suffixes) {
            return optTargets(Targets.of(suffixes));
        }

        /** Selects the adapted modules. */
        public T optTargets(Targets targets) {
            return set(CommonOptions.TARGETS, targets);
        }

        /**
         * Names modules that are trained in full and saved with the adapter.
         *
         * @param suffixes suffixes of module paths
         */
        public T optModulesToSave(List<String> suffixes) {
            return set(CommonOptions.MODULES_TO_SAVE, List.copyOf(suffixes));
        }

        /** Sets which biases of the base model train too. Default: none. */
        public T optBias(Bias bias) {
            return set(CommonOptions.BIAS, bias);
        }

        /**
         * Sets the probability with which a layer is not adapted in a training step.
         *
         * @param moduleDropout a number in [0, 1)
         */
        public T optModuleDropout(double moduleDropout) {
            return set(CommonOptions.MODULE_DROPOUT, moduleDropout);
        }

        /**
         * Builds the configuration.
         *
         * @throws IllegalArgumentException if options contradict one another
         */
        public abstract MethodConfig build();
    }
}
