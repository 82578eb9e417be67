/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter text = new StringWriter();
    private long now;

    @Test
    void printsALinePerEpochIntoFiles() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), false);
        follow(printer);
        assertThat(text.toString().lines())
                .singleElement()
                .asString()
                .startsWith("epoch 1/2  loss 0.5000  accuracy 0.7500")
                .endsWith("best");
    }

    @Test
    void printsALineNowAndThenIntoFiles() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), false, this::clock);
        printer.onWork("predict", 0, 3000);
        pass(9);
        printer.onWork("predict", 900, 3000);
        pass(1);
        printer.onWork("predict", 1000, 3000);
        DownloadProgress download = new DownloadProgress(printer);
        download.reset("model.safetensors", 90_000_000);
        download.start(0);
        pass(10);
        download.increment(45_000_000);
        assertThat(text.toString().lines())
                .containsExactly(
                        "predict  1,000/3,000  100 examples/s  0:20 left",
                        "model.safetensors  45.0/90.0 MB  4.5 MB/s  0:10 left");
    }

    @Test
    void drawsABarOnTerminalsAndTakesItAway() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), true);
        follow(printer);
        assertThat(text.toString()).contains("epoch 1/2 [###############...............] 1/2");
        assertThat(text.toString().replaceAll(".*\r", "")).startsWith("epoch 1/2  loss");
    }

    @Test
    void tellsThePaceAndTheTimeThatIsLeft() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), true, this::clock);
        printer.onExamples(16);
        printer.onStart(2, 2);
        pass(2);
        printer.onStep(1, 1, 0.6);
        assertThat(last()).endsWith("1/2  loss 0.6000  4 examples/s  0:06 left");
        pass(2);
        printer.onStep(1, 2, 0.6);
        printer.onMeasure(50, 100);
        pass(1);
        printer.onMeasure(100, 100);
        assertThat(last()).startsWith("evaluate [").endsWith("100/100  50 examples/s  0:00 left");
        printer.onEpoch(1, 0.5, Map.of(), true);
        assertThat(last()).startsWith("epoch 1/2  loss 0.5000  5.0 s  best");
    }

    @Test
    void aRunThatResumesCountsOnlyWhatIsDoneNow() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), true, this::clock);
        printer.onExamples(20);
        printer.onStart(2, 10);
        pass(1);
        printer.onStep(9, 1, 0.6);
        assertThat(last()).endsWith("10 examples/s  0:03 left");
    }

    @Test
    void otherWorkHasABarThatIsTakenAway() {
        TextProgress printer = new TextProgress(new PrintWriter(text, true), true, this::clock);
        printer.onWork("predict", 0, 3000);
        pass(60);
        printer.onWork("predict", 1000, 3000);
        assertThat(last())
                .isEqualTo(
                        "predict [##########....................] 1,000/3,000  17 examples/s  2:00"
                                + " left");
        printer.clear();
        assertThat(last()).isEmpty();
    }

    @Test
    void downloadsAreCountedInMegabytes() {
        DownloadProgress download =
                new DownloadProgress(
                        new TextProgress(new PrintWriter(text, true), true, this::clock));
        download.reset("model.safetensors", 90_000_000);
        download.start(30_000_000);
        pass(2);
        download.increment(15_000_000);
        assertThat(last())
                .isEqualTo(
                        "model.safetensors [###############...............] 45.0/90.0 MB"
                                + "  7.5 MB/s  0:06 left");
        download.end();
        assertThat(last()).isEmpty();
    }

    @Test
    void programsAreToldOfDownloads() {
        DownloadProgress download =
                new DownloadProgress(new JsonProgress(new PrintWriter(text, true), this::clock));
        download.reset("model.safetensors", 90);
        download.start(0);
        pass(1);
        download.increment(90);
        assertThat(text.toString().lines().toList())
                .last()
                .isEqualTo(
                        "{\"event\":\"download\",\"file\":\"model.safetensors\",\"done\":90,"
                                + "\"all\":90,\"bytes_per_second\":90.0,\"seconds_left\":0}");
    }

    @Test
    void programsGetAnEventALine() {
        JsonProgress progress = new JsonProgress(new PrintWriter(text, true), this::clock);
        follow(progress);
        progress.onEvaluation(2, 1, Map.of("loss", 0.25), false);
        progress.onNote("a \"note\"");
        assertThat(text.toString().lines())
                .containsExactly(
                        "{\"event\":\"start\",\"steps_per_epoch\":2,\"epochs\":2}",
                        "{\"event\":\"step\",\"epoch\":1,\"step\":1,\"loss\":0.6}",
                        "{\"event\":\"epoch\",\"epoch\":1,\"train_loss\":0.5,\"accuracy\":0.75,"
                                + "\"best\":true}",
                        "{\"event\":\"evaluation\",\"epoch\":2,\"step\":1,\"loss\":0.25,"
                                + "\"best\":false}",
                        "{\"event\":\"note\",\"text\":\"a \\\"note\\\"\"}");
    }

    private long clock() {
        return now;
    }

    private void pass(int seconds) {
        now += seconds * 1_000_000_000L;
    }

    /** What a terminal shows in its last line. */
    private String last() {
        return text.toString().replaceAll("\n$", "").replaceAll("(?s).*[\r\n]", "");
    }

    private static void follow(Progress printer) {
        printer.onStart(2, 2);
        printer.onStep(1, 1, 0.6);
        printer.onStep(1, 2, 0.4);
        printer.onEpoch(1, 0.5, Map.of("accuracy", 0.75), true);
    }
}
