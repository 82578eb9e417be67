/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {

    @Test
    void averagesSeedsFirstAndTasksThen() {
        Suite suite =
                new Runs("text")
                        .add("compound", "3k", 3_240, "cola", 0.50, 0.54)
                        .add("compound", "3k", 3_240, "rte", 0.60, 0.62)
                        .suite();

        Standing standing = suite.standings().get(0);

        assertThat(standing.label()).isEqualTo("compound 3k");
        // means 52 and 61; averages of the seeds 55 and 58, which differ by 3
        assertThat(standing.value()).isEqualTo(56.5, within(1e-9));
        assertThat(standing.deviation()).isEqualTo(3 / Math.sqrt(2), within(1e-9));
        assertThat(standing.seeds()).isEqualTo(2);
        assertThat(standing.parameters()).isEqualTo(3_240);
    }

    @Test
    void theDeviationIsThatOfASample() {
        Sample sample = new Sample(List.of(1.0, 2.0, 6.0));
        // squares of -2, -1 and 3 make 14, over 2
        assertThat(sample.deviation()).isEqualTo(Math.sqrt(7), within(1e-12));
        assertThat(new Sample(List.of(1.0)).deviation()).isNaN();
    }

    @Test
    void seedsThatLackATaskCountForTheMeanOnly() {
        Suite suite =
                new Runs("text")
                        .add("lora", "r1", 9_216, "cola", 0.50, 0.54, 0.58)
                        .add("lora", "r1", 9_216, "rte", 0.60)
                        .suite();

        Standing standing = suite.standings().get(0);

        assertThat(standing.value()).isEqualTo((54 + 60) / 2.0, within(1e-9));
        assertThat(standing.deviation()).isNaN();
        assertThat(standing.seeds()).isEqualTo(1);
    }

    @Test
    void aMethodThatLacksATaskHasNoAverage() {
        Suite suite =
                new Runs("text")
                        .add("lora", "r8", 331_776, "cola", 0.5)
                        .add("lora", "r8", 331_776, "rte", 0.5)
                        .add("oft", "", 321_408, "cola", 0.5)
                        .fail("oft", "", "rte", 1, "no memory")
                        .suite();

        assertThat(suite.standings()).extracting(Standing::label).containsExactly("lora r8");
        assertThat(suite.find("oft").orElseThrow().extent())
                .isEqualTo("oft has 1 of 2 tasks (missing: rte)");
        assertThat(suite.standings("cola")).hasSize(2);
    }

    @Test
    void theLastResultOfARunCounts() {
        Suite suite =
                new Runs("text")
                        .fail("head", "", "cola", 1, "killed")
                        .add("head", "", 0, "cola", 0.3)
                        .add("head", "", 0, "cola", 0.4)
                        .suite();

        assertThat(suite.standings().get(0).value()).isEqualTo(40, within(1e-9));
        assertThat(suite.runs()).hasSize(1);
    }

    @Test
    void aMethodIsFoundByItsLabelWithSpacesOrDashes() {
        Suite suite = new Runs("text").add("lora", "r8", 1, "cola", 0.5).suite();

        assertThat(suite.find("lora r8")).isPresent();
        assertThat(suite.find("lora-r8")).isPresent();
        assertThat(suite.find("lora")).isEmpty();
    }

    @Test
    void whereLessIsBetterThereIsNoAverage() {
        Suite suite =
                new Runs("language")
                        .perplexity("lora", "sums", 3.5)
                        .add("lora", "", 1_000, "words", 0.5)
                        .suite();

        assertThat(suite.standings()).isEmpty();
        assertThat(suite.standings("sums").get(0).value()).isEqualTo(3.5);
    }

    @Test
    void aTaskOfFailuresHasNoMetric() {
        Suite suite = new Runs("text").fail("lora", "", "cola", 1, "no memory").suite();

        assertThat(suite.metric("cola")).isEqualTo("unknown");
        assertThat(suite.standings()).isEmpty();
    }

    @Test
    void suitesAreApart() {
        assertThat(
                        new Runs("text")
                                .add("head", "", 0, "cola", 0.3)
                                .addAll(new Runs("vision").add("head", "", 0, "pets", 0.9))
                                .suites())
                .extracting(Suite::name)
                .containsExactly("text", "vision");
    }
}
