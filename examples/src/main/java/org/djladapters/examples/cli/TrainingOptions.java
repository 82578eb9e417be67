/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.TaskKind;
import org.djladapters.option.Argument;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.TrainingSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options of training, as the library declares them. What is not given is left to its defaults.
 */
final class TrainingOptions {

    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Spec(Spec.Target.SELF)
    @SuppressWarnings("unused") // called by picocli
    void addOptions(CommandSpec own) {
        this.own = own;
        for (Argument option : TrainingSettings.arguments()) {
            String standard = option.standard();
            String text =
                    option.text() + "." + (standard.isEmpty() ? "" : " Default: " + standard + ".");
            own.addOption(MethodOptionSpecs.spec(option, OptionGroup.TRAINING, text));
        }
    }

    /**
     * Finds out, before files are read, whether a fine-tuner would take what was given.
     *
     * @throws ParameterException if it would not
     */
    void check() {
        try {
            apply(FineTuner.builder());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Returns what is learned, if that was said. */
    Optional<TaskKind> task() {
        return Optional.ofNullable((TaskKind) given().get("--task"));
    }

    /** Hands what was given to a fine-tuner. */
    void apply(FineTuner.Builder builder) {
        builder.optGiven(given());
    }

    private Map<String, Object> given() {
        Map<String, Object> given = new HashMap<>();
        for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
            if (own.findOption(option.longestName()) != null) {
                given.put(option.longestName(), option.getValue());
            }
        }
        return given;
    }

    /** Finds a kind of task by its word. */
    static final class TaskConverter implements ITypeConverter<TaskKind> {

        @Override
        public TaskKind convert(String word) {
            try {
                return TaskKind.of(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
