/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.method;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.option.Argument;

/** The options of a method as a person gives them, and the configuration that they make. */
public final class MethodSettings {

    private static final Argument BIAS =
            Argument.value(
                    CommonOptions.BIAS,
                    "--bias",
                    "BIAS",
                    "biases of the base model that are trained too: none, adapted (those of adapted"
                            + " layers) or all");

    private final List<Argument> arguments;
    private final Function<Map<String, ?>, AdapterConfig> config;

    private MethodSettings(
            List<Argument> arguments, Function<Map<String, ?>, AdapterConfig> config) {
        this.arguments = arguments;
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
            Supplier<? extends MethodConfig.Builder<?>> start, Argument... own) {
        List<Argument> arguments = Stream.concat(Stream.of(BIAS), Stream.of(own)).toList();
        return new MethodSettings(
                arguments,
                given -> {
                    requireKnown(arguments, given);
                    return start.get().set(arguments, given).build();
                });
    }

    private static void requireKnown(List<Argument> arguments, Map<String, ?> given) {
        List<String> names = arguments.stream().map(Argument::name).toList();
        for (String name : given.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "There is no option '" + name + "' of this method");
            }
        }
    }

    /**
     * Refuses given values, by the names of their options, that contradict one another: by an
     * {@link IllegalArgumentException} of the check.
     */
    public MethodSettings checked(Consumer<Map<String, ?>> check) {
        return new MethodSettings(
                arguments,
                given -> {
                    check.accept(given);
                    return config.apply(given);
                });
    }

    /** Returns the options in the order in which they are described, none without weights. */
    public List<Argument> arguments() {
        return arguments;
    }

    /**
     * Makes a configuration, which adapts all linear layers that the method can.
     *
     * @param given values by the names of options
     * @throws IllegalArgumentException if they contradict one another, or the method has no such
     *     option
     */
    public AdapterConfig config(Map<String, ?> given) {
        return config.apply(given);
    }
}
