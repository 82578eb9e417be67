/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.djladapters.checkpoint.Provenance;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {

    @Test
    void aRowTellsMeanDeviationAndCosts() {
        assertThat(Comparisons.result(Comparisons.summary("lora", 4536, 0.7, 0.8, 0.6)).table())
                .containsExactly(
                        List.of(
                                "method",
                                "accuracy ± standard deviation",
                                "adapter parameters",
                                "file",
                                "step time",
                                "peak memory"),
                        List.of("lora", "70.0 ± 10.0 %", "4,536", "19.1 KB", "1.23 ×", "1,235 MB"));
    }

    @Test
    void correlationsAreNoPercentages() {
        ComparisonResult result =
                new ComparisonResult(
                        "matthews",
                        List.of(Comparisons.summary("lora", 10, 0.4567)),
                        OptionalDouble.empty(),
                        Path.of("out"));
        assertThat(result.table().get(1)).contains("0.457");
    }

    @Test
    void whatWasNotMeasuredIsNotAvailable() {
        MethodSummary summary =
                new MethodSummary(
                        "lora",
                        "",
                        List.of(0.5),
                        1,
                        1,
                        1,
                        OptionalDouble.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        Optional.empty());
        assertThat(Comparisons.result(summary).table().get(1)).endsWith("n/a", "n/a");
    }

    @Test
    void aFailureIsShownWithItsReason() {
        ComparisonResult result = Comparisons.result(Comparisons.failure("boft", "no | fits"));
        assertThat(result.table().get(1)).contains("failed: no | fits");
        assertThat(markdown(result, false)).contains("| boft | failed: no \\| fits |");
    }

    @Test
    void aPartialFailureIsShownBesideTheValue() {
        MethodSummary summary =
                MethodSummary.of(
                        "lora",
                        "",
                        "accuracy",
                        List.of(
                                Comparisons.run("lora", 1, 0.5),
                                Comparisons.failed("lora", 2, "diverged")),
                        OptionalDouble.of(1),
                        Optional.empty());
        assertThat(Comparisons.result(summary).table().get(1))
                .contains("50.0 %; 1 of 2 failed: diverged");
    }

    @Test
    void markdownHoldsTableSettingsAndOrigin() {
        String text =
                markdown(Comparisons.result(Comparisons.summary("lora", 4536, 0.7, 0.8)), true);
        assertThat(text.lines())
                .contains(
                        "# Methods compared on tiny",
                        "| method | accuracy ± standard deviation | adapter parameters | file |"
                                + " step time | peak memory |",
                        "|---|---|---|---|---|---|",
                        "| lora | 75.0 ± 7.1 % | 4,536 | 19.1 KB | 1.23 × | 1,235 MB |",
                        "![accuracy against adapter parameters](comparison.png)",
                        "- lora: `lora()`",
                        "- train: train.tsv, 1,200 examples (SHA-256 0123456789ab…)")
                .anyMatch(line -> line.contains("seeds 42, 43"))
                .anyMatch(line -> line.contains("frozen base") && line.contains("12.3 ms"))
                .anyMatch(line -> line.startsWith("- options: epochs 3"));
    }

    @Test
    void withoutAPictureNoneIsNamed() {
        assertThat(markdown(Comparisons.result(Comparisons.summary("a", 1, 0.5)), false))
                .doesNotContain(".png");
    }

    private static String markdown(ComparisonResult result, boolean drawn) {
        String hash = "0123456789abcdef";
        Provenance run =
                new Provenance(
                        "",
                        new Provenance.Base("tiny", hash),
                        Map.of("train", new Provenance.Source("train.tsv", hash, 1200)),
                        42,
                        Map.of("epochs", "3", "method", "lora"),
                        Map.of("java", "17"),
                        Map.of(),
                        Map.of(),
                        0,
                        0);
        return ComparisonReport.markdown(result, run, List.of(42L, 43L), 7, drawn);
    }
}
