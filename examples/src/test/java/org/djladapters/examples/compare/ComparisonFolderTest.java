/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonFolderTest {

    @TempDir private Path parent;

    @Test
    void runsThatEndedAreFoundAgain() throws IOException {
        ComparisonRun good = Comparisons.run("lora", 1, 0.75, 1_000_000L);
        ComparisonRun bad = Comparisons.failed("boft", 1, "does not fit");
        ComparisonFolder folder = open("3", true);
        folder.append(good);
        folder.append(bad);

        ComparisonFolder again = open("3", true);
        assertThat(again.run(good.identity())).isEqualTo(good);
        assertThat(again.run(bad.identity())).isEqualTo(bad);
        assertThat(again.run("another")).isNull();
    }

    @Test
    void theLastOfSeveralRunsCounts() throws IOException {
        ComparisonFolder folder = open("3", true);
        folder.append(Comparisons.failed("lora", 1, "killed"));
        folder.append(Comparisons.run("lora", 1, 0.75));
        assertThat(open("3", true).run("lora1").isFailed()).isFalse();
    }

    @Test
    void aLineThatWasCutOffIsForgotten() throws IOException {
        open("3", true).append(Comparisons.run("lora", 1, 0.75));
        Path log = out().resolve("runs.jsonl");
        Files.writeString(log, "{\"method\":\"lo", StandardOpenOption.APPEND);

        ComparisonFolder again = open("3", true);
        again.append(Comparisons.run("lora", 2, 0.5));
        assertThat(Files.readAllLines(log)).hasSize(2);
        assertThat(open("3", true).run("lora2")).isNotNull();
    }

    @Test
    void aLineThatIsDamagedIsRefused() throws IOException {
        open("3", true);
        Files.writeString(out().resolve("runs.jsonl"), "nonsense\n");
        assertThatThrownBy(() -> open("3", true))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContainingAll("runs.jsonl", "line 1");
    }

    @Test
    void startingOverForgetsAllRuns() throws IOException {
        open("3", true).append(Comparisons.run("lora", 1, 0.75));
        assertThat(open("3", false).run("lora1")).isNull();
    }

    @Test
    void anotherComparisonIsRefusedAndLeftAlone() throws IOException {
        open("3", true).append(Comparisons.run("lora", 1, 0.75));
        assertThatThrownBy(() -> open("4", false))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("out", "differs in epochs", "choose another folder");
        assertThat(open("3", true).run("lora1")).isNotNull();
    }

    @Test
    void learningRateAndOptionsOfAMethodMayDiffer() {
        assertThat(setup("3").options()).containsOnlyKeys("epochs");
    }

    @Test
    void aFolderWithOtherFilesIsRefused() throws IOException {
        Files.createDirectories(out());
        Files.writeString(out().resolve("letter.txt"), "mine");
        assertThatThrownBy(() -> open("3", true))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("out", "other files", "choose a new one");
        assertThat(out()).isDirectoryContaining("glob:**letter.txt");
    }

    @Test
    void aFileIsRefused() throws IOException {
        Files.writeString(out(), "mine");
        assertThatThrownBy(() -> open("3", true))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("out", "is a file");
    }

    @Test
    void aPlaceBelowAFileIsRefused() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "mine");
        assertThatThrownBy(() -> ComparisonFolder.open(file.resolve("out"), setup("3"), true))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("file", "choose another place");
    }

    private ComparisonFolder open(String epochs, boolean resume) throws IOException {
        return ComparisonFolder.open(out(), setup(epochs), resume);
    }

    private Path out() {
        return parent.resolve("out");
    }

    private static ComparisonFolder.Setup setup(String epochs) {
        return ComparisonFolder.Setup.of(
                new Provenance(
                        "",
                        new Provenance.Base("tiny", "ab"),
                        Map.of("train", new Provenance.Source("train.tsv", "cd", 9)),
                        1,
                        Map.of(
                                "epochs",
                                epochs,
                                "method",
                                "lora",
                                "adapter",
                                "lora()",
                                "learning_rate",
                                "0.1"),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        0,
                        0));
    }
}
