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
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import org.djladapters.option.Argument;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of the method: those below for all methods, and those that methods declare. */
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
            completionCandidates = AdaptingMethods.class,
            description =
                    "${COMPLETION-CANDIDATES}; lntuning (layers that normalize); or, for"
                        + " comparison, head (only the task head), full (all weights), bitfit (all"
                        + " biases). Default: compound.")
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

    MethodDescriptor method() {
        return method;
    }

    /** Tells whether any of these options is given. */
    boolean isGiven() {
        return !given().isEmpty();
    }

    /** Returns the configuration that the options describe. */
    AdapterConfig config() {
        Map<String, Object> given = ofMethod();
        return Usage.checked(
                command,
                () -> {
                    AdapterConfig config =
                            method.settings().config(given).withModulesToSave(modulesToSave);
                    return method.adaptsWeights() ? config.withTargets(targets.targets()) : config;
                });
    }

    /** Refuses options that a budget decides. */
    void requireFree() {
        List<String> decided =
                given().keySet().stream()
                        .filter(o -> isOfTargets(o) || method.budget().options().contains(o))
                        .toList();
        if (!decided.isEmpty()) {
            throw Usage.wrong(
                    command,
                    "A budget decides %s; leave out either %s or %s"
                            .formatted(
                                    String.join(", ", decided),
                                    BudgetOption.NAME,
                                    decided.size() > 1 ? "these" : decided.get(0)));
        }
    }

    /**
     * Chooses the best layout of the method for a budget, with the other options as given.
     *
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

    /** Returns the given options of the method; those of other methods are refused. */
    private Map<String, Object> ofMethod() {
        Map<String, Object> given = given();
        List<String> others = given.keySet().stream().filter(option -> !isTaken(option)).toList();
        if (!others.isEmpty()) {
            throw Usage.wrong(
                    command,
                    "The method %s takes no %s; leave it out or choose another method"
                            .formatted(method.name(), String.join(", ", others)));
        }
        given.keySet().removeIf(option -> !isOfMethod(option));
        return given;
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

    private Map<String, Object> given() {
        return Usage.given(command, own);
    }

    /** The names of the methods that adapt weights, for the help. */
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
