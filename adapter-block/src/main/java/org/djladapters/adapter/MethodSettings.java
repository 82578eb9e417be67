/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.djladapters.io.Internal;

/** The options of a method, and the configuration that they make. */
@Internal
public final class MethodSettings {

    private final List<MethodOption<?>> options;
    private final Function<Map<String, ?>, AdapterConfig> config;

    private MethodSettings(
            List<MethodOption<?>> options, Function<Map<String, ?>, AdapterConfig> config) {
        this.options = List.copyOf(options);
        this.config = config;
    }

    /**
     * Returns the settings of a method that adapts no weights and has no options.
     *
     * @param config makes its configuration
     * @return the settings
     */
    public static MethodSettings none(Supplier<AdapterConfig> config) {
        return new MethodSettings(List.of(), values -> config.get());
    }

    /**
     * Begins with what all methods that adapt weights have.
     *
     * @param start makes a builder that holds the settings to begin with
     * @param <B> the type of the builder
     * @return a builder of settings
     */
    public static <B extends MethodConfig.Builder<B>> Builder<B> builder(Supplier<B> start) {
        return new Builder<>(start);
    }

    /**
     * Returns the options in the order in which they are described.
     *
     * @return the options, empty if the method adapts no weights
     */
    public List<MethodOption<?>> options() {
        return options;
    }

    /**
     * Makes a configuration, which adapts all linear layers that the method can.
     *
     * @param values the values of those options that are given, by their names
     * @return the configuration
     * @throws IllegalArgumentException if they contradict one another, or the method has no such
     *     option
     */
    public AdapterConfig config(Map<String, ?> values) {
        return config.apply(values);
    }

    /**
     * Builds {@link MethodSettings}.
     *
     * @param <B> the type of the configuration's builder
     */
    public static final class Builder<B extends MethodConfig.Builder<B>> {

        private final Supplier<B> start;
        private final List<Setter<B, ?>> setters = new ArrayList<>();
        private Consumer<Map<String, ?>> check = values -> {};

        private Builder(Supplier<B> start) {
            this.start = start;
            add(
                    MethodOption.value(
                                    "--bias",
                                    "BIAS",
                                    Bias.class,
                                    "biases of the base model that are trained too: none, adapted"
                                            + " (those of adapted layers) or all")
                            .withDefault("none"),
                    (builder, bias) -> builder.optBias(bias));
        }

        /**
         * Adds an option.
         *
         * @param option the option
         * @param setter sets its value, called only if it is given
         * @param <V> the type of the value
         * @return this builder
         */
        public <V> Builder<B> add(MethodOption<V> option, BiConsumer<B, V> setter) {
            setters.add(new Setter<>(option, setter));
            return this;
        }

        /**
         * Sets how options that contradict one another are refused.
         *
         * @param check throws an {@link IllegalArgumentException} for given values, by the names of
         *     their options
         * @return this builder
         */
        public Builder<B> optCheck(Consumer<Map<String, ?>> check) {
            this.check = check;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         */
        public MethodSettings build() {
            Map<String, Setter<B, ?>> byName =
                    setters.stream()
                            .collect(Collectors.toMap(s -> s.option.name(), Function.identity()));
            Supplier<B> begin = start;
            Consumer<Map<String, ?>> refuse = check;
            return new MethodSettings(
                    setters.stream().<MethodOption<?>>map(Setter::option).toList(),
                    values -> {
                        refuse.accept(values);
                        B builder = begin.get();
                        values.forEach((name, value) -> require(byName, name).set(builder, value));
                        return builder.build();
                    });
        }

        private static <S> S require(Map<String, S> setters, String name) {
            S setter = setters.get(name);
            if (setter == null) {
                throw new IllegalArgumentException(
                        "There is no option '" + name + "' of this method");
            }
            return setter;
        }
    }

    private record Setter<B, V>(MethodOption<V> option, BiConsumer<B, V> setter) {

        void set(B builder, Object value) {
            setter.accept(builder, option.cast(value));
        }
    }
}
