/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextMetricsTest {

    @Test
    void answersMatchWithoutWhiteSpaceAtTheirEnds() {
        Map<String, Double> metrics =
                TextMetrics.ofResponses(
                        Math.log(7), List.of("a ", "b b", "c", ""), List.of(" a", "bb", "c", "d"));
        assertThat(metrics.get("perplexity")).isCloseTo(7, within(1e-12));
        assertThat(metrics.get("exact_match")).isEqualTo(0.5);
        assertThat(metrics.keySet()).containsExactlyElementsOf(new LanguageDescriptor().metrics());
        assertThatThrownBy(() -> TextMetrics.ofResponses(800, List.of("a"), List.of("a")))
                .isInstanceOf(ArithmeticException.class);
    }
}
