/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that bring an exported model to int8, and name data to measure what that costs. */
@OptionGroup.In(OptionGroup.OUTPUT)
final class QuantizeOptions {

    /** A type of few bits. */
    enum Type {
        INT8;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--quantize",
            paramLabel = "TYPE",
            description =
                    "Type of the weights of linear layers and embeddings: ${COMPLETION-CANDIDATES},"
                        + " a quarter of the size and faster on CPUs, for --format torchscript and"
                        + " onnx. Default: none, they stay as they are.")
    private Type type;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "With --quantize: data as for evaluate, on which the model is measured before"
                            + " and after. Default: none.")
    private Path data;

    @Mixin private ColumnOptions columns;

    @Mixin private CorpusOptions corpus;

    boolean isGiven() {
        return type != null;
    }

    void check() {
        if (!isGiven() && (data != null || corpus.isGiven() || columns.isGiven())) {
            throw Usage.wrong(command, "--data and what describes it are for --quantize; add that");
        }
        if (data == null && (corpus.isGiven() || columns.isGiven())) {
            throw Usage.wrong(command, "--corpus and names of columns are for --data; add that");
        }
        if (corpus.isGiven()) {
            corpus.check(columns);
        }
    }

    /** Measures the model, with an adapter if there is one, as far as that is asked for. */
    QuantizationLoss before(AdaptedModel opened, Optional<Path> adapter) throws IOException {
        if (!isGiven() || data == null) {
            return QuantizationLoss.notMeasured(isGiven());
        }
        return QuantizationLoss.of(opened, adapter, read(opened, adapter));
    }

    private LabelledData read(AdaptedModel opened, Optional<Path> adapter) throws IOException {
        if (corpus.isGiven()) {
            return corpus.read(data, columns);
        }
        Optional<TaskKind> kind =
                adapter.isPresent() ? Evaluator.task(adapter.get()) : TextModel.kind(opened);
        boolean vectors = SentenceSettings.describes(opened.directory().orElseThrow());
        return columns.readDev(
                data, kind.isEmpty() && vectors ? Optional.of(TaskKind.EMBEDDING) : kind);
    }
}
