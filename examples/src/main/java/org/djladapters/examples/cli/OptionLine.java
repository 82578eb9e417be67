/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.sweep.RunOptions;
import org.djladapters.model.ModelSpec;
import org.djladapters.tuning.FineTuner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** Options of {@code finetune} in a file; if an option is given twice, the last one counts. */
@Command(name = "options")
final class OptionLine implements RunOptions {

    @Mixin private MethodOptions method;

    @Mixin private BudgetOption budget;

    @Mixin private TrainingOptions training;

    private OptionLine() {}

    /**
     * Parses options.
     *
     * @throws IllegalArgumentException if they are wrong
     */
    static OptionLine parse(List<String> options) {
        OptionLine line = new OptionLine();
        try {
            Usage.withConverters(new CommandLine(line))
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setAbbreviatedOptionsAllowed(false)
                    .setOverwrittenOptionsAllowed(true)
                    .parseArgs(lastOfEach(options).toArray(new String[0]));
            line.config();
            if (line.budget.get().isPresent()) {
                line.method.requireFree();
            }
            line.training.check();
        } catch (ParameterException e) {
            throw new IllegalArgumentException(ErrorLine.oneLine(e.getMessage()), e);
        }
        return line;
    }

    /** Removes options that are given again later; picocli would join the values of a list. */
    private static List<String> lastOfEach(List<String> options) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        String name = "";
        for (String word : options) {
            if (word.startsWith("--")) {
                name = word.split("=", 2)[0];
                byName.put(name, new ArrayList<>());
            }
            byName.computeIfAbsent(name, none -> new ArrayList<>()).add(word);
        }
        return byName.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public String method() {
        return config().method();
    }

    AdapterConfig config() {
        return method.config();
    }

    @Override
    public Optional<TaskKind> task() {
        return training.task();
    }

    @Override
    public AdapterConfig config(ModelSpec model) {
        OptionalLong number = budget.get();
        return number.isPresent() ? method.spend(model, number.getAsLong()).config() : config();
    }

    @Override
    public void apply(FineTuner.Builder tuner) {
        training.apply(tuner);
    }
}
