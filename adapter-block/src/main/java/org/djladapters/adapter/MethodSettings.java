/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.io.Internal;

/** The options of a method as a person gives them, and the configuration that they make. */
@Internal
public final class MethodSettings {

    private static final MethodArgument BIAS =
            MethodArgument.value(
                    CommonOptions.BIAS,
                    "--bias",
                    "BIAS",
                    "biases of the base model that are trained too: none, adapted (those of adapted"
                            + " layers) or all");

    private final List<MethodOption<?>> options;
    private final Function<Map<String, ?>, AdapterConfig> config;

    private MethodSettings(
            List<MethodOption<?>> options, Function<Map<String, ?>, AdapterConfig> config) {
        this.options = List.copyOf(options);
        this.config = config;
    }

    /** Returns the settings of a method that adapts no weights and has no options. */
    public static MethodSettings none(AdapterConfig config) {
        return new MethodSettings(List.of(), values -> config);
    }

    /**
     * Returns the settings of a method that adapts weights.
     *
     * @param start makes a builder that holds the defaults
     * @param own the method's options, which follow those of all methods
     */
    public static MethodSettings of(
            Supplier<? extends MethodConfig.Builder<?>> start, MethodArgument... own) {
        Map<String, MethodArgument> byName = new LinkedHashMap<>();
        byName.put(BIAS.given().name(), BIAS);
        for (MethodArgument argument : own) {
            byName.put(argument.given().name(), argument);
        }
        return new MethodSettings(
                byName.values().stream().<MethodOption<?>>map(MethodArgument::given).toList(),
                values -> {
                    MethodConfig.Builder<?> builder = start.get();
                    values.forEach(
                            (name, value) -> find(byName, name).setter().accept(builder, value));
                    return builder.build();
                });
    }

    private static MethodArgument find(Map<String, MethodArgument> byName, String name) {
        if (!byName.containsKey(name)) {
            throw new IllegalArgumentException("There is no option '" + name + "' of this method");
        }
        return byName.get(name);
    }

    /**
     * Refuses given values, by the names of their options, that contradict one another: by an
     * {@link IllegalArgumentException} of the check.
     */
    public MethodSettings checked(Consumer<Map<String, ?>> check) {
        return new MethodSettings(
                options,
                values -> {
                    check.accept(values);
                    return config.apply(values);
                });
    }

    /** Returns the options in the order in which they are described, none without weights. */
    public List<MethodOption<?>> options() {
        return options;
    }

    /**
     * Makes a configuration, which adapts all linear layers that the method can.
     *
     * @param values the values of those options that are given, by their names
     * @throws IllegalArgumentException if they contradict one another, or the method has no such
     *     option
     */
    public AdapterConfig config(Map<String, ?> values) {
        return config.apply(values);
    }
}
