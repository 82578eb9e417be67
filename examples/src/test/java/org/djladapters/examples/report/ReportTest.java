/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

    @TempDir private Path folder;

    private Path lines() {
        return folder.resolve("runs.jsonl");
    }

    private Report.Builder report() {
        return Report.builder().setResults(List.of(lines())).setOutput(folder.resolve("out"));
    }

    private String markdown(Report.Builder report) throws IOException {
        return Files.readString(report.build().write().get(0));
    }

    private static Runs text() {
        return new Runs("text")
                .add("head", "", 0, "cola", 0.40, 0.42)
                .add("head", "", 0, "rte", 0.50, 0.52)
                .add("compound", "3k", 3_240, "cola", 0.50, 0.54)
                .add("compound", "3k", 3_240, "rte", 0.60, 0.62)
                .add("lora", "r8", 324_000, "cola", 0.52, 0.54)
                .add("lora", "r8", 324_000, "rte", 0.61, 0.61)
                .add("oft", "", 321_408, "cola", 0.55)
                .fail("oft", "", "rte", 1, "no | memory\nat all")
                .tried("ia3", "cola", 0.4, 0.5, 0.6)
                .tried("ia3", "rte", 0.6, 0.5, Double.NaN);
    }

    @Test
    void theTableHasMeansSpreadsAndPercentages() throws IOException {
        text().write(lines());

        // averages 56.5 and 57; 324,000 over 3,240; seeds of compound average 55 and 58
        assertThat(markdown(report()))
                .contains(
                        "| compound 3k | 52.0 ± 2.8 (2) | 61.0 ± 1.4 (2) | 56.50 ± 2.12 | 99.1 % |"
                                + " – | 3,240 | 100 × fewer |")
                .contains("| oft | 55.0 (1) | – | – | – | – | 321,408 | 1.0 × fewer |")
                .contains("- oft has 1 of 2 tasks (missing: rte)")
                .contains("No percentage of full: it was not run.")
                .contains("| compound 3k | 26.0 ± 1.4 (2) | 30.5 ± 0.7 (2) |");
    }

    @Test
    void whatTheChoiceOfExamplesMovesIsTold() throws IOException {
        text().write(lines());

        // 400 examples; cola 55 %, rte 61 %: √(0.55 · 0.45 / 400), √(0.61 · 0.39 / 400)
        assertThat(markdown(report()))
                .contains("(one standard error, in points): cola 2.5 and rte 2.4.");
    }

    @Test
    void everyPictureIsThereAndInThePage() throws IOException {
        text().write(lines());

        List<Path> written = report().build().write();
        String markdown = Files.readString(written.get(0));
        String html = Files.readString(written.get(1));

        Matcher picture = Pattern.compile("\\]\\(([^)]+\\.png)\\)").matcher(markdown);
        long pictures = picture.results().count();
        assertThat(pictures).isGreaterThan(6);
        picture.reset()
                .results()
                .forEach(found -> assertThat(folder.resolve("out/" + found.group(1))).exists());
        assertThat(html.split("data:image/png;base64,", -1)).hasSize((int) pictures + 1);
        assertThat(html).doesNotContain("<script").contains("base &lt;b&gt;");
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            assertThat(files).hasSize((int) pictures + 2);
        }
    }

    @Test
    void failuresAndOriginsAreTold() throws IOException {
        text().write(lines());

        assertThat(markdown(report()))
                .contains("- rte, oft, seed 1: no \\| memory at all")
                .contains("- rte, ia3, seed 1, trial of rate 0.003: it diverged")
                .contains("| oft | 1 | none; failed: 1 |")
                .contains("15 of 20 combinations of method, task and seed (1, 2) are complete.")
                .contains("- model: base \\<b\\> (SHA-256 0123456789ab)")
                .contains("| t.tsv | 90 | fedcba987654 |")
                .contains("| compound 3k | --method compound |")
                // 13 runs of an hour, and two hours of trials for each of two more
                .contains("wall time of all runs and trials: 18.0 hours");
    }

    @Test
    void ratesAtTheEndOfThoseTriedAreNamed() throws IOException {
        text().write(lines());

        assertThat(markdown(report()))
                .contains("- ia3: best rate is the largest tried on cola")
                .contains("- ia3: best rate is the smallest tried on rte");
    }

    @Test
    void ablationsAreDifferences() throws IOException {
        new Runs("orders")
                .add("compound", "two", 100, "stsb", 0.80, 0.82)
                .add("compound", "one", 900, "stsb", 0.83, 0.86)
                .write(lines());

        assertThat(markdown(report())).doesNotContain("differences from");
        // +3 and +4 points
        assertThat(markdown(report().optBaselines(Map.of("orders", "compound-two"))))
                .contains("Suite orders: differences from compound two")
                .contains("| compound one | 900 | +3.5 ± 0.7 (2) | +3.5 ± 0.7 (2) |")
                .contains("| compound two | 100 | base | base |");
    }

    @Test
    void costsAreThoseOfTheSameMethodAndSize() throws IOException {
        text().write(lines());
        Path costs =
                Files.writeString(
                        folder.resolve("bench.jsonl"),
                        "{\"shape\":\"minilm\",\"method\":\"compound\",\"settings\":\"s\","
                                + "\"threads\":2,\"batch\":16,\"length\":64,"
                                + "\"trainable_parameters\":3240,\"step_ratio\":1.23,"
                                + "\"inference_ratio\":1.01,\"merged_inference_ratio\":1.0,"
                                + "\"peak_rss_mib\":690.4,\"memory_ratio\":null,"
                                + "\"forward_flops\":21234567}\n"
                                + "{\"shape\":\"minilm\",\"method\":\"lora\",\"threads\":2,"
                                + "\"batch\":16,\"trainable_parameters\":7,\"step_ratio\":1}\n");

        assertThat(markdown(report().optCosts(costs)))
                .contains("| 1.23 | 1.01 | 1.00 | 690 MiB | – | 21.23 M | – |")
                .contains("minilm, 16 × 64 tokens, 2 threads")
                .contains("Lines of bench that match no method: 1.");
    }

    @Test
    void whatAKilledProgramLeftIsNotRead() throws IOException {
        text().write(lines());
        String before = markdown(report());
        Files.writeString(lines(), "{\"suite\": \"te", StandardOpenOption.APPEND);

        assertThat(markdown(report())).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "words",
                "",
                "{}",
                "[1]",
                "{\"suite\":\"text\",\"key\":{\"task\":\"a\",\"method\":\"b\",\"budget\":\"\"}}"
            })
    void linesOfSomethingElseAreNamed(String line) throws IOException {
        text().write(lines());
        long good = Files.readAllLines(lines()).size();
        Files.writeString(lines(), line + "\n", StandardOpenOption.APPEND);

        assertThatIOException()
                .isThrownBy(() -> report().build().write())
                .withMessageContaining("runs.jsonl: line " + (good + 1) + " is not");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void whatIsNotThereIsRefused() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> report().build().write())
                .isInstanceOf(NoSuchFileException.class);

        Files.createFile(lines());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report().build().write())
                .withMessageContaining("There are no results in");

        text().write(lines());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report().optBaselines(Map.of("txt", "a")).build().write())
                .withMessage("There is no suite 'txt' in the results; there are: text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report().optBaselines(Map.of("text", "a")).build().write())
                .withMessageStartingWith("There is no method 'a' of the suite text in the results");
    }
}
