/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.PairColumns;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextColumns;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that name the columns of a table. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ColumnOptions {

    /** Measurements count all pairs the same, so that their data need no weights. */
    private static final Optional<String> NO_WEIGHT = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "Column of the text in a table, the first one of a pair;"
                            + " columns that are not named are ignored. Default: label, sentence1"
                            + " and optionally sentence2 are all that a file has; for embeddings,"
                            + " sentence1, sentence2 and optionally label, negative and weight.")
    private String text;

    @Option(
            names = "--text-pair-column",
            paramLabel = "NAME",
            description = "With --text-column: column of the second text of a pair. Default: none.")
    private String pair;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "With --text-column: column of the label; for embeddings, of the score of a"
                            + " pair. Default: label; for embeddings, none.")
    private String label;

    @Option(
            names = "--negative-column",
            paramLabel = "NAME",
            description =
                    "Embeddings, with --text-column: column of a text that does not belong to the"
                            + " first one. May be repeated. Default: none.")
    private List<String> negatives = List.of();

    @Option(
            names = "--weight-column",
            paramLabel = "NAME",
            description =
                    "Embeddings, with --text-column: column of how much a pair counts in training,"
                            + " a number greater than 0; measurements count all the same."
                            + " Default: none.")
    private String weight;

    @Option(
            names = "--label-separator",
            paramLabel = "TEXT",
            description =
                    "Multi-label classification: what stands between the labels of a text in a"
                            + " table. Default: |.")
    private String separator;

    /** Reads training data, for a task if it is given. */
    LabelledData readTrain(Path source, Optional<TaskKind> task) throws IOException {
        if (isGiven()) {
            return named(source, task, Optional.ofNullable(weight));
        }
        return task.isPresent()
                ? LabelledData.readTrain(source, task.get())
                : LabelledData.readTrain(source);
    }

    /** Reads development data, for a task if it is given. */
    LabelledData readDev(Path source, Optional<TaskKind> task) throws IOException {
        if (isGiven()) {
            return named(source, task, NO_WEIGHT);
        }
        return task.isPresent()
                ? LabelledData.readDev(source, task.get())
                : LabelledData.readDev(source);
    }

    private LabelledData named(Path source, Optional<TaskKind> task, Optional<String> weighted)
            throws IOException {
        if (!negatives.isEmpty() && !task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw wrong("--negative-column is for --task embedding; add that or leave it out");
        }
        if (weight != null && !task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw wrong("--weight-column is for --task embedding; add that or leave it out");
        }
        TaskKind kind = task.orElse(TaskKind.CLASSIFICATION);
        if (separator != null) {
            return several(source, kind);
        }
        if (kind.hasPairColumns()) {
            return kind.read(source, pairColumns(weighted));
        }
        if (kind.hasTextColumns()) {
            return kind.read(source, columns());
        }
        throw wrong(
                "--text-column is for texts with labels and for pairs; leave it out for the task "
                        + kind.noun());
    }

    private LabelledData several(Path source, TaskKind kind) throws IOException {
        if (kind != TaskKind.MULTI_LABEL_CLASSIFICATION) {
            throw wrong(
                    "--label-separator is for --task multi-label-classification; add that or leave"
                            + " it out");
        }
        Usage.check(command, () -> MultiLabelData.requireSeparator(separator));
        return text == null && pair == null && label == null
                ? MultiLabelData.read(source, separator)
                : MultiLabelData.read(source, columns(), separator);
    }

    /** Reads pairs of texts that belong together, to measure with. */
    PairData readPairs(Path source) throws IOException {
        return readPairs(source, NO_WEIGHT);
    }

    /** Reads pairs of texts that belong together, to make training data of. */
    PairData readWeightedPairs(Path source) throws IOException {
        return readPairs(source, Optional.ofNullable(weight));
    }

    private PairData readPairs(Path source, Optional<String> weighted) throws IOException {
        return isGiven() ? PairData.read(source, pairColumns(weighted)) : PairData.read(source);
    }

    /** Tells whether a column is named. */
    boolean isGiven() {
        return text != null
                || pair != null
                || label != null
                || separator != null
                || weight != null
                || !negatives.isEmpty();
    }

    private TextColumns columns() {
        requireText();
        String labels = label == null ? "label" : label;
        return Usage.checked(
                command, () -> new TextColumns(labels, text, Optional.ofNullable(pair)));
    }

    private PairColumns pairColumns(Optional<String> weighted) {
        requireText();
        if (pair == null) {
            throw wrong(
                    "--task embedding needs --text-pair-column beside --text-column, which names"
                            + " the column of the text that belongs to the first one");
        }
        return Usage.checked(
                command,
                () -> new PairColumns(text, pair, Optional.ofNullable(label), negatives, weighted));
    }

    private void requireText() {
        if (text == null) {
            throw wrong(firstGiven() + " needs --text-column, which names the column of the text");
        }
    }

    private String firstGiven() {
        if (pair != null) {
            return "--text-pair-column";
        }
        if (label != null) {
            return "--label-column";
        }
        return negatives.isEmpty() ? "--weight-column" : "--negative-column";
    }

    private ParameterException wrong(String message) {
        return Usage.wrong(command, message);
    }
}
