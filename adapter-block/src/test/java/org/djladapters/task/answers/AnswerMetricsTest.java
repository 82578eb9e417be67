/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.data.AnswerData;
import org.djladapters.data.AnswerData.Reference;
import org.djladapters.data.AnswerData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of the rules of SQuAD's evaluation scripts, computed in Python. */
class AnswerMetricsTest {

    @Test
    void everyQuestionHasItsOwnNumbers() {
        AnswerData data = AnswerData.of(List.of(row("a", "red barn"), row("b", "sea")));
        Map<String, double[]> values = AnswerMetrics.ofEach(data, List.of("barn", "the sea"));
        assertThat(values.get("exact_match")).containsExactly(0, 1);
        assertThat(values.get("f1")).containsExactly(2 / 3.0, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // prediction | references | exact match and F1 of 1.1 | of 2.0
                "the red barn                  | The Red Barn!/a barn | 1 | 1   | 1 | 1",
                "in the old red barn by the sea| the red barn         | 0 | 0.5 | 0 | 0.5",
                "sea sea boat | sea boat boat/sea | 0 | 0.6666666666666666 | 0 |"
                        + " 0.6666666666666666",
                "''           | The               | 1 | 0 | 1 | 1",
                "the          | The/a cat         | 1 | 0 | 0 | 0",
                "cat          | The/a cat         | 1 | 1 | 1 | 1",
                "Straße 7     | straße  7.        | 1 | 1 | 1 | 1",
                "don't        | dont              | 1 | 1 | 1 | 1",
                "a-b          | ab                | 1 | 1 | 1 | 1",
                "thé the\u00a0an an\u0301 | thé an\u0301 | 1 | 1 | 1 | 1",
                "wrong        | right             | 0 | 0 | 0 | 0",
                "“quoted”     | quoted            | 0 | 0 | 0 | 0",
                "4½ the km    | 4½ km/4 km        | 1 | 1 | 1 | 1",
            })
    void countsAsTheScriptsDo(
            String prediction,
            String references,
            double exact1,
            double f1,
            double exact2,
            double f2) {
        Row row = row("a", references.split("/"));
        Map<String, Double> first =
                AnswerMetrics.of(AnswerData.of(List.of(row)), List.of(prediction));
        assertThat(first.get("exact_match")).isEqualTo(exact1);
        assertThat(first.get("f1")).isEqualTo(f1, within(1e-15));

        // of questions without an answer the second version knows; this one counts 1
        AnswerData withNone = AnswerData.of(List.of(row, row("b")));
        Map<String, Double> second = AnswerMetrics.of(withNone, List.of(prediction, ""));
        assertThat(second.get("exact_match")).isEqualTo((exact2 + 1) / 2);
        assertThat(second.get("f1")).isEqualTo((f2 + 1) / 2, within(1e-15));
    }

    @Test
    void noAnswerIsRightWhereThereIsNone() {
        AnswerData data =
                AnswerData.of(List.of(row("a"), row("b"), row("c", "answer"), row("d", "answer")));

        assertThat(AnswerMetrics.of(data, List.of("", "something", "", "the answer")))
                .containsExactly(Map.entry("f1", 0.5), Map.entry("exact_match", 0.5));
    }

    private static Row row(String id, String... references) {
        String context = "? " + String.join("\n", references);
        return new Row(
                id,
                "?",
                context,
                Arrays.stream(references)
                        .map(text -> new Reference(text, context.indexOf(text)))
                        .toList());
    }
}
