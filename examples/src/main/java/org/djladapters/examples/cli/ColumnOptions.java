/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextColumns;
import org.djladapters.data.TextData;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which columns of a table hold what. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ColumnOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "Column of the text in a TSV, CSV or JSON Lines file; columns that are not"
                            + " named are ignored. Default: label, sentence1 and optionally"
                            + " sentence2 are all that a file has.")
    private String text;

    @Option(
            names = "--text-pair-column",
            paramLabel = "NAME",
            description = "With --text-column: column of the second text of a pair. Default: none.")
    private String pair;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "With --text-column: column of the label. Default: label.")
    private String label;

    /**
     * Reads examples to learn from.
     *
     * @param task what is learned, if that was said
     * @throws ParameterException if the options do not fit
     */
    LabelledData readTrain(Path source, Optional<TaskKind> task) throws IOException {
        Optional<TextColumns> named = columns();
        if (named.isPresent()) {
            return texts(source, named.get(), task);
        }
        return task.isPresent()
                ? LabelledData.readTrain(source, task.get())
                : LabelledData.readTrain(source);
    }

    /**
     * Reads examples to measure on.
     *
     * @param task what was learned, if that was said
     * @throws ParameterException if the options do not fit
     */
    LabelledData readDev(Path source, Optional<TaskKind> task) throws IOException {
        Optional<TextColumns> named = columns();
        if (named.isPresent()) {
            return texts(source, named.get(), task);
        }
        return task.isPresent()
                ? LabelledData.readDev(source, task.get())
                : LabelledData.readDev(source);
    }

    private LabelledData texts(Path source, TextColumns columns, Optional<TaskKind> task)
            throws IOException {
        return switch (task.orElse(TaskKind.CLASSIFICATION)) {
            case CLASSIFICATION, REGRESSION -> TextData.read(source, columns);
            case RERANKING -> TextData.read(source, columns).groupedByFirst();
            case CAUSAL_LM, EMBEDDING, TOKEN_CLASSIFICATION, QUESTION_ANSWERING ->
                    throw new ParameterException(
                            command.commandLine(),
                            "--text-column is for texts with labels; leave it out for the task %s"
                                    .formatted(task.get().noun()));
        };
    }

    /** Tells whether a column was named. */
    boolean isGiven() {
        return text != null || pair != null || label != null;
    }

    private Optional<TextColumns> columns() {
        if (!isGiven()) {
            return Optional.empty();
        }
        if (text == null) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s needs --text-column, which names the column of the text"
                            .formatted(pair != null ? "--text-pair-column" : "--label-column"));
        }
        String labels = label == null ? "label" : label;
        try {
            return Optional.of(new TextColumns(labels, text, Optional.ofNullable(pair)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
