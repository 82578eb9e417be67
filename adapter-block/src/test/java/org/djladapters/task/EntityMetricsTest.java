/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.data.encoding.EntitySpan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityMetricsTest {

    /**
     * What seqeval 1.2.2 gives: tags, predictions (sentences after a slash), f1, precision, recall.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    B-A I-A O B-C / O O / I-C I-C B-C | B-A I-A O B-A / B-C O / I-C I-C I-C | 0.25 | 0.25 | 0.25
                    B-A I-A E-A O S-C / O B-C E-C | B-A I-A I-A O S-C / O I-C E-C | 1.0 | 1.0 | 1.0
                    B-A I-A O O B-C I-C | I-A I-A O B-C B-C I-C | 0.8 | 0.6666666666666666 | 1.0
                    O O | O O | 0.0 | 0.0 | 0.0
                    B-A O | O O | 0.0 | 0.0 | 0.0
                    O O | O B-A | 0.0 | 0.0 | 0.0
                    S-A E-C / I-A S-A / S-C S-A O S-A / E-A / E-C B-A B-A / E-A E-C E-C E-A I-C S-C / O B-A S-C O E-C I-C O / O O S-A O B-C O / B-C E-A S-A I-C I-C I-C S-A | S-A I-A / I-A S-A / S-C I-C B-C S-A / S-A / E-C B-A B-A / S-C O S-A O I-A S-A / O B-A S-A O E-C I-C E-A / O I-C O O O O / O E-A S-A I-C B-C I-C B-C | 0.509090909090909 | 0.5185185185185185 | 0.5
                    O / S-A / O B-A I-C B-C S-A / O O I-A / I-A O I-C / E-A E-C I-C S-C / S-A S-C E-C O S-A E-C B-C / S-C B-A B-C I-C / E-C B-C E-C | O / S-A / O B-A I-C B-C I-A / O I-A B-C / O O O / B-C B-C I-C S-C / S-A S-C E-C O S-A E-C O / S-C B-C B-C B-C / E-C B-C E-C | 0.6363636363636365 | 0.6666666666666666 | 0.6086956521739131
                    """)
    void areThoseOfSeqeval(
            String tags, String predictions, double f1, double precision, double recall) {
        Map<String, Double> metrics = Metrics.ofEntities(sentences(predictions), sentences(tags));

        assertThat(metrics.keySet()).containsExactly("f1", "precision", "recall");
        assertThat(metrics.get("f1")).isCloseTo(f1, within(1e-15));
        assertThat(metrics.get("precision")).isCloseTo(precision, within(1e-15));
        assertThat(metrics.get("recall")).isCloseTo(recall, within(1e-15));
    }

    private static List<List<String>> sentences(String text) {
        return Arrays.stream(text.split(" / ")).map(s -> List.of(s.split(" "))).toList();
    }

    @Test
    void aSentenceTellsHowItsEntitiesAgree() {
        EntitySpan.Agreement agreement =
                EntitySpan.agreement(
                        List.of("B-place", "O", "B-person", "B-person"),
                        List.of("B-place", "O", "B-person", "I-person"));
        assertThat(agreement).isEqualTo(new EntitySpan.Agreement(1, 3, 2));
    }

    @Test
    void everyWordNeedsAPrediction() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Metrics.ofEntities(List.of(List.of("O")), List.of(List.of("O", "O"))))
                .withMessage("Metrics need one predicted tag for every word");
    }
}
