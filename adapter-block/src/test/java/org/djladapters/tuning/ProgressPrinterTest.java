/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressPrinterTest {

    private final List<String> lines = new ArrayList<>();
    private long now;

    private void pass(int seconds) {
        now += seconds * 1_000_000_000L;
    }

    private ProgressPrinter printer() {
        return ProgressPrinter.of(lines::add, () -> now);
    }

    @Test
    void printsALineForEveryEpochAndNote() {
        ProgressPrinter printer = printer();
        printer.onStart(2, 3);
        printer.onNote("a note");
        printer.onWarning("something");
        pass(1);
        printer.onUntrained(Map.of("mrr@10", 0.75));
        printer.onStep(1, 1, 0.6);
        pass(2);
        printer.onStep(1, 2, 0.4);
        printer.onEpoch(1, 0.5, Map.of("mrr@10", 0.875), true);
        printer.onEpoch(2, 0.25, Map.of("mrr@10", 0.5), false);
        assertThat(lines)
                .containsExactly(
                        "a note",
                        "warning: something",
                        "epoch 0/3  mrr@10 0.7500  before training",
                        "epoch 1/3  loss 0.5000  mrr@10 0.8750  2.0 s  best",
                        "epoch 2/3  loss 0.2500  mrr@10 0.5000  0.0 s");
    }

    @Test
    void saysNowAndThenHowFarALongEpochIs() {
        ProgressPrinter printer = printer();
        printer.onExamples(800);
        printer.onStart(100, 2);
        for (int step = 1; step <= 24; step++) {
            pass(1);
            printer.onStep(1, step, 0.5);
        }
        assertThat(lines)
                .containsExactly(
                        "epoch 1/2  10/100  loss 0.5000  8 examples/s  3:10 left",
                        "epoch 1/2  20/100  loss 0.5000  8 examples/s  3:00 left");
        pass(3);
        printer.onMeasure(30, 400);
        pass(9);
        printer.onMeasure(200, 400);
        pass(1);
        printer.onMeasure(300, 400);
        assertThat(lines).last().isEqualTo("evaluate  200/400  19 examples/s  0:11 left");
    }

    @Test
    void workThatBeginsAgainHasAPaceOfItsOwn() {
        ProgressPrinter printer = printer();
        printer.onMeasure(64, 400);
        pass(5);
        printer.onMeasure(400, 400);
        pass(3600);
        printer.onMeasure(64, 400);
        pass(10);
        printer.onMeasure(164, 400);

        assertThat(lines).last().isEqualTo("evaluate  164/400  10 examples/s  0:24 left");
    }

    @Test
    void printsInTheSameWayEverywhere() {
        Locale before = Locale.getDefault(Locale.Category.FORMAT);
        Locale.setDefault(Locale.Category.FORMAT, Locale.GERMANY);
        try {
            printsALineForEveryEpochAndNote();
        } finally {
            Locale.setDefault(Locale.Category.FORMAT, before);
        }
    }

    @Test
    void aRunIsLoggedUnlessSomethingElseFollowsIt(@TempDir Path folder) throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 12, "no", "yes");
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            FineTuner.Builder tuner =
                    Runs.builder(model, "tiny-bert", data, data, folder.resolve("adapter"));
            assertThat(tuner.build().options().listener()).isInstanceOf(ProgressPrinter.class);

            ByteArrayOutputStream out = new ByteArrayOutputStream();
            tuner.optListener(
                            ProgressPrinter.of(new PrintStream(out, true, StandardCharsets.UTF_8)))
                    .optEpochs(2)
                    .build()
                    .run();
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .anyMatch(line -> line.startsWith("epoch 1/2  loss "))
                    .anyMatch(line -> line.startsWith("epoch 2/2  loss "));
        }
    }

    @Test
    void theLogHasEpochsNotesAndWarningsAlone() {
        List<String> warnings = new ArrayList<>();
        ProgressPrinter printer = ProgressPrinter.logged(lines::add, warnings::add);
        printer.onExamples(16);
        printer.onStart(2, 1);
        printer.onStep(1, 1, 0.5);
        printer.onMeasure(1, 2);
        printer.onWarning("something");
        printer.onNote("a note");
        printer.onEpoch(1, 0.5, Map.of(), false);
        assertThat(warnings).containsExactly("something");
        assertThat(lines).hasSize(2).first().isEqualTo("a note");
        assertThat(lines).last().asString().startsWith("epoch 1/1  loss 0.5000");
    }
}
