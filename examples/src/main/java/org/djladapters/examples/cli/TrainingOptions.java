/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.TaskKind;
import org.djladapters.option.Argument;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.TrainingSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The options of training, which the library declares with their defaults. */
final class TrainingOptions {

    private static final String ADAPT = "--adapt";

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

    /** Checks, before files are read, that a fine-tuner takes the options. */
    void check() {
        Usage.check(command, () -> apply(FineTuner.builder()));
    }

    /** Returns the kind of task, if it is given. */
    Optional<TaskKind> task() {
        return Optional.ofNullable((TaskKind) given().get("--task"));
    }

    /** Returns the number of batches of a step. */
    int accumulated() {
        return (int) given().getOrDefault("--accumulate", 1);
    }

    /** Tells whether an interrupted run is to be resumed. */
    boolean resumes() {
        return !given().containsKey("--no-resume");
    }

    /** Passes the options to a fine-tuner. */
    void apply(FineTuner.Builder builder) {
        builder.optGiven(given());
    }

    /** Passes the options to a fine-tuner, for some texts of a search. */
    void apply(FineTuner.Builder builder, AdaptedTexts texts) {
        Map<String, Object> all = new LinkedHashMap<>(given());
        all.put(ADAPT, texts);
        builder.optGiven(all);
    }

    /** Returns which texts of a search are adapted, if that is given. */
    Optional<AdaptedTexts> adapted() {
        return Optional.ofNullable((AdaptedTexts) given().get(ADAPT));
    }

    /** Fetches a teacher from elsewhere, and passes its folder to a fine-tuner. */
    void fetchTeacher(FineTuner.Builder builder) throws IOException {
        String model = (String) given().get("--teacher");
        if (model != null) {
            builder.optTeacher(Locations.model(model, command).toString());
        }
        String adapter = (String) given().get("--teacher-adapter");
        if (adapter != null) {
            builder.optTeacherAdapter(Locations.adapter(adapter, command).toString());
        }
    }

    private Map<String, Object> given() {
        return Usage.given(command, own);
    }
}
