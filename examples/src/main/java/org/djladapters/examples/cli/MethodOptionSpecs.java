/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.option.Argument;
import picocli.CommandLine.Model.OptionSpec;

/** Makes options of the command line of those of methods; options of one name are one. */
final class MethodOptionSpecs {

    private final Map<String, Map<MethodDescriptor, Argument>> byName = new LinkedHashMap<>();

    private MethodOptionSpecs() {
        for (MethodDescriptor method : Methods.descriptors()) {
            for (Argument option : method.settings().arguments()) {
                byName.computeIfAbsent(option.name(), name -> new LinkedHashMap<>())
                        .put(method, option);
            }
        }
    }

    /** Returns the options in the order of the methods. */
    static List<OptionSpec> all() {
        MethodOptionSpecs specs = new MethodOptionSpecs();
        return specs.byName.values().stream().map(MethodOptionSpecs::spec).toList();
    }

    private static OptionSpec spec(Map<MethodDescriptor, Argument> options) {
        // methods that share an option read it in the same way
        Argument option = options.values().iterator().next();
        return spec(option, OptionGroup.METHOD, description(options));
    }

    /** Makes an option of the command line. */
    static OptionSpec spec(Argument option, OptionGroup group, String description) {
        OptionSpec.Builder spec =
                OptionSpec.builder(option.name())
                        .paramLabel(option.label())
                        .userObject(group)
                        .description(description);
        switch (option.kind()) {
            case FLAG -> spec.type(boolean.class).arity("0");
            case VALUE -> spec.type(option.type());
            case LIST -> spec.type(List.class).auxiliaryTypes(option.type()).splitRegex(",");
            case MAP ->
                    spec.type(Map.class)
                            .auxiliaryTypes(String.class, option.type())
                            .splitRegex(",");
        }
        option.reader().ifPresent(reader -> spec.converters(Usage.converter(reader)));
        return spec.build();
    }

    /** Describes an option for each of its methods, with the default. */
    private static String description(Map<MethodDescriptor, Argument> options) {
        long adapting =
                Methods.descriptors().stream().filter(MethodDescriptor::adaptsWeights).count();
        Map<String, List<String>> methods = new LinkedHashMap<>();
        options.forEach(
                (method, option) ->
                        methods.computeIfAbsent(option.text(), text -> new ArrayList<>())
                                .add(method.name()));
        String text =
                methods.entrySet().stream()
                        .map(entry -> String.join(", ", entry.getValue()) + ": " + entry.getKey())
                        .collect(Collectors.joining("; "));
        if (methods.size() == 1 && options.size() == adapting) {
            String all = methods.keySet().iterator().next();
            text = all.substring(0, 1).toUpperCase(Locale.ROOT) + all.substring(1);
        }
        return text + "." + defaults(options).map(d -> " Default: " + d + ".").orElse("");
    }

    private static Optional<String> defaults(Map<MethodDescriptor, Argument> options) {
        List<String> different =
                options.values().stream().map(Argument::standard).distinct().toList();
        if (different.size() == 1) {
            return Optional.of(different.get(0)).filter(standard -> !standard.isEmpty());
        }
        return Optional.of(
                options.entrySet().stream()
                        .filter(entry -> !entry.getValue().standard().isEmpty())
                        .map(e -> e.getValue().standard() + " for " + e.getKey().name())
                        .collect(Collectors.joining(", ")));
    }
}
