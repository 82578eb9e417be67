/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.Methods;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import org.djladapters.option.Argument;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that choose a method of adapting and set it up: those below for all methods, and what
 * the methods themselves name.
 */
@OptionGroup.In(OptionGroup.METHOD)
final class MethodOptions {

    private static final String METHOD = "--method";
    private static final String MODULES_TO_SAVE = "--modules-to-save";

    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = METHOD,
            paramLabel = "METHOD",
            converter = MethodConverter.class,
            completionCandidates = AdaptingMethods.class,
            description =
                    "${COMPLETION-CANDIDATES}; or, for comparison, head (only the task head), full"
                            + " (all weights), bitfit (all biases). Default: compound.")
    private MethodDescriptor method = Methods.descriptor("compound");

    @Mixin private TargetOptions targets;

    @Option(
            names = MODULES_TO_SAVE,
            split = ",",
            paramLabel = "NAME",
            description =
                    "Modules that are trained in full and saved with the adapter. Default: none.")
    private List<String> modulesToSave = List.of();

    @Spec(Spec.Target.SELF)
    @SuppressWarnings("unused") // called by picocli
    void addOptionsOfMethods(CommandSpec own) {
        this.own = own;
        MethodOptionSpecs.all().forEach(own::addOption);
    }

    /** The method that was chosen. */
    MethodDescriptor method() {
        return method;
    }

    /** Whether any of these options was given. */
    boolean isGiven() {
        return !given().isEmpty();
    }

    /**
     * The configuration that the options describe.
     *
     * @throws ParameterException if they contradict one another
     */
    AdapterConfig config() {
        try {
            Map<String, Object> given = ofMethod();
            AdapterConfig config = method.settings().config(given).withModulesToSave(modulesToSave);
            return method.adaptsWeights() ? config.withTargets(targets.targets()) : config;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Checks that no option is given that a budget decides.
     *
     * @throws ParameterException if one is, or the method has nothing to choose
     */
    void requireFree() {
        List<String> decided =
                given().keySet().stream()
                        .filter(o -> isOfTargets(o) || method.budget().options().contains(o))
                        .toList();
        if (!decided.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "A budget decides %s; leave out either %s or %s"
                            .formatted(
                                    String.join(", ", decided),
                                    BudgetOption.NAME,
                                    decided.size() > 1 ? "these" : decided.get(0)));
        }
    }

    /**
     * The layout of the method that spends a budget best, with the other options as given.
     *
     * @throws ParameterException if options contradict the budget
     * @throws IllegalArgumentException if the budget is too small for the method
     */
    SpentBudget spend(ModelSpec model, long budget) {
        requireFree();
        Map<String, Object> given = ofMethod();
        return SpentBudget.of(
                model,
                method,
                layout -> {
                    Map<String, Object> all = new LinkedHashMap<>(given);
                    all.putAll(layout.options());
                    return method.settings().config(all).withModulesToSave(modulesToSave);
                },
                budget);
    }

    /** The options of the method that were given. */
    private Map<String, Object> ofMethod() {
        try {
            Map<String, Object> given = given();
            List<String> others =
                    given.keySet().stream().filter(option -> !isTaken(option)).toList();
            if (!others.isEmpty()) {
                throw new IllegalArgumentException(
                        "The method "
                                + method.name()
                                + " takes no "
                                + String.join(", ", others)
                                + "; leave it out or choose another method");
            }
            given.keySet().removeIf(option -> !isOfMethod(option));
            return given;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Tells whether the method takes an option. */
    private boolean isTaken(String option) {
        boolean ofAll = option.equals(METHOD) || option.equals(MODULES_TO_SAVE);
        return ofAll || (isOfTargets(option) && method.adaptsWeights()) || isOfMethod(option);
    }

    private boolean isOfTargets(String option) {
        return own.mixins().get("targets").findOption(option) != null;
    }

    private boolean isOfMethod(String option) {
        return method.settings().arguments().stream().map(Argument::name).anyMatch(option::equals);
    }

    /** The values of the options that were given, in their order. */
    private Map<String, Object> given() {
        Map<String, Object> given = new LinkedHashMap<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            if (own.findOption(option.longestName()) != null) {
                given.put(option.longestName(), option.getValue());
            }
        }
        return given;
    }

    private static final class MethodConverter implements ITypeConverter<MethodDescriptor> {

        @Override
        public MethodDescriptor convert(String name) {
            try {
                return Methods.descriptor(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** The words of the methods that adapt weights. */
    private static final class AdaptingMethods implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Methods.descriptors().stream()
                    .filter(MethodDescriptor::adaptsWeights)
                    .map(MethodDescriptor::name)
                    .iterator();
        }
    }
}
