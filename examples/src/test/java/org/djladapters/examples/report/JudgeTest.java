/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.djladapters.examples.report.Published.Claim;
import org.djladapters.examples.report.Published.Kind;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private static final Claim GOAL = percent(List.of("reference"), 99.5, 70.0, null);

    private static final Claim EQUAL =
            new Claim(
                    Kind.EQUAL,
                    "us",
                    "equal",
                    "text",
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);

    private static Claim percent(
            List<String> against, double percent, Double fewer, Double baseShare) {
        return new Claim(
                Kind.PERCENT,
                "us",
                "so much",
                "text",
                against,
                percent,
                fewer,
                baseShare,
                null,
                null,
                null,
                null);
    }

    private static Claim difference(Double atLeast, Double atMost) {
        return new Claim(
                Kind.DIFFERENCE,
                "them",
                "so different",
                "text",
                List.of("compound-base"),
                null,
                null,
                null,
                "cola",
                "compound-other",
                atLeast,
                atMost);
    }

    private static String judged(Claim claim, Runs runs) {
        ReportOptions options = new ReportOptions("lora-r8", "full", Map.of());
        return new Judge(runs.suites(), options).judge(claim).sentence();
    }

    @Test
    void aGoalThatIsReachedIsHeld() {
        Runs runs =
                new Runs("text")
                        .add("lora", "r8", 331_776, "cola", 0.80, 0.80)
                        .add("compound", "3k", 4_536, "cola", 0.79, 0.81)
                        .add("compound", "30k", 30_000, "cola", 0.90, 0.90);

        // 80 of 80; the larger one has only 11 times fewer
        assertThat(judged(GOAL, runs))
                .startsWith("held here: 100.0 % of lora r8 with 73 times fewer adapter parameters")
                .contains("target at least 99.5 %")
                .contains("compound 3k: 80.00 ± 1.41, 4,536, 2 seeds")
                .contains("the target is within one standard deviation")
                .doesNotContain("the best of");
    }

    @Test
    void aGoalThatIsMissedIsNot() {
        Runs runs =
                new Runs("text")
                        .add("lora", "r8", 331_776, "cola", 0.80)
                        .add("compound", "1k", 1_000, "cola", 0.70)
                        .add("compound", "3k", 4_536, "cola", 0.76);

        // 76 of 80
        assertThat(judged(GOAL, runs))
                .startsWith("not held here: 95.0 % of lora r8 with 73 times fewer")
                .contains("one seed; best of 2 candidates)");
    }

    @Test
    void allThatAreNamedMustBeReached() {
        Runs runs =
                new Runs("text")
                        .add("oft", "", 100_000, "cola", 0.80)
                        .add("boft", "b4", 100_000, "cola", 0.80)
                        .add("boft", "b8", 100_000, "cola", 0.90)
                        .add("compound", "", 1_000, "cola", 0.80);

        assertThat(judged(percent(List.of("oft"), 98, 25.0, null), runs)).startsWith("held here");
        assertThat(judged(percent(List.of("oft", "boft"), 98, 25.0, null), runs))
                .startsWith("not held here: 100.0 % of oft")
                .contains("88.9 % of boft b8");
    }

    @Test
    void aShareOfTheBaseIsThatOfFullFineTuning() {
        Runs runs =
                new Runs("text")
                        .add("lora-r8", "", 331_776, "cola", 0.80)
                        .add("compound", "a", 1_999, "cola", 0.60)
                        .add("compound", "b", 2_001, "cola", 0.80);
        Claim claim = percent(List.of("reference"), 99, null, 0.02);

        assertThat(judged(claim, runs)).startsWith("not measured yet").contains("no runs");
        runs.add("full", "", 10_000_000, "cola", 0.81);
        assertThat(judged(claim, runs)).startsWith("not held here: 75.0 %");
    }

    @Test
    void whatIsMissingIsNamed() {
        Runs runs =
                new Runs("text")
                        .add("compound", "", 1_000, "cola", 0.80)
                        .add("compound", "", 1_000, "rte", 0.80);
        assertThat(judged(GOAL, new Runs("vision").add("head", "", 0, "pets", 0.5)))
                .isEqualTo("not measured yet: there are no results of the suite text");
        assertThat(judged(GOAL, runs))
                .isEqualTo("not measured yet: the suite text has no runs of lora-r8");
        runs.add("lora-r8", "", 331_776, "cola", 0.80);
        assertThat(judged(GOAL, runs))
                .isEqualTo("not measured yet: lora-r8 has 1 of 2 tasks (missing: rte)");
        assertThat(judged(percent(List.of("oft"), 98, 25.0, null), runs))
                .isEqualTo("not measured yet: the suite text has no runs of oft");
        runs.add("lora-r8", "", 10_000, "rte", 0.80);
        assertThat(judged(percent(List.of("reference"), 98, 1e6, null), runs))
                .isEqualTo(
                        "not measured yet: no compound method with at most 0 parameters has all"
                                + " tasks");
    }

    @Test
    void differencesAreOfTheSameSeeds() {
        Runs runs =
                new Runs("text")
                        .add("compound", "base", 1_000, "cola", 0.80, 0.82, 0.10)
                        .add("compound", "other", 1_000, "cola", 0.50, 0.54);

        // -30 and -28
        assertThat(judged(difference(null, -20.0), runs))
                .startsWith("held here: -29.00 ± 1.41 points on cola")
                .contains("2 seeds");
        assertThat(judged(difference(-29.0, null), runs)).startsWith("held here");
        assertThat(judged(difference(-28.9, null), runs)).startsWith("not held here");
        assertThat(judged(difference(0.0, null), new Runs("text").add("a", "", 1, "cola", 0.5)))
                .isEqualTo("not measured yet: the suite text has no runs of compound-other");
    }

    @Test
    void equalNumbersOfParametersAreComparedWithEveryFamily() {
        Runs runs =
                new Runs("text")
                        .add("compound", "1k", 1_000, "cola", 0.70)
                        .add("compound", "9k", 9_216, "cola", 0.80)
                        .add("lora", "r1", 9_216, "cola", 0.79);
        assertThat(judged(EQUAL, runs))
                .isEqualTo(
                        "held here: on or above the other curve in 1 of 1 comparisons of points of"
                            + " the compound curve with curves of other families; smaller than any"
                            + " other method: compound 1k");

        runs.add("ia3", "", 5_000, "cola", 0.81);
        assertThat(judged(EQUAL, runs))
                .startsWith("not held here: on or above the other curve in 1 of 2")
                .contains("below: compound 9k against ia3 at 9,216 (-1.00)");

        runs.fail("oft", "", "cola", 1, "no memory");
        assertThat(judged(EQUAL, runs))
                .isEqualTo("not measured yet: oft has 0 of 1 tasks (missing: cola)");
    }

    @Test
    void otherFamiliesMethodsBetweenCompoundOnesAreComparedWithTheLine() {
        Runs runs =
                new Runs("text")
                        .add("compound", "1k", 1_000, "cola", 0.70)
                        .add("compound", "9k", 9_216, "cola", 0.80)
                        .add("ia3", "", 5_000, "cola", 0.79);
        assertThat(judged(EQUAL, runs))
                .startsWith("not held here: on or above the other curve in 1 of 1")
                .contains(
                        "methods above the compound curve: ia3 against compound at 5,000 (+1.75)");
    }
}
