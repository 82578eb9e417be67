/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.djladapters.generation.GeneratedText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenQuestionTest {

    private static Optional<WrittenQuestion> question(String text, String ending) {
        return WrittenQuestion.of(new GeneratedText(text.replace("\\n", "\n"), 1, 1, ending));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " Who oils it?                      | Who oils it?",
                "\\nQuestion: Who oils it?\\nNobody | Who oils it?",
                "**Question 1:** \"Who oils it?\"   | Who oils it?",
                "1. Who oils it?\\n2. Where?        | Who oils it?",
                "- “Who oils it?”                   | Who oils it?",
                "Q: who oils it                     | who oils it",
                "3D printers for beginners          | 3D printers for beginners",
                "Quick ways to oil it               | Quick ways to oil it",
            })
    void theFirstLineCountsWithoutWhatIsAroundIt(String text, String expected) {
        assertThat(question(text, "end_token")).map(WrittenQuestion::text).hasValue(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|end_token",
                "\\n\\n|length",
                "Question:|end_token",
                "1. ?\\nWho oils it?|end_token",
                "What is the name of the|length",
            })
    void withoutWordsOrAnEndThereIsNone(String text, String ending) {
        assertThat(question(text, ending)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the pump is oiled | true",
                "The PUMP, is oiled! | true",
                "a pump is oiled | false",
                "he pump is oiled | false",
                "why the pump is oiled once a month with thin oil | true",
                "why the pump is oiled once a month by hand | false",
            })
    void aCopyHasAllItsWordsOrManyInARowFromThePassage(String text, boolean copied) {
        String passage = "The pump is oiled once a month with thin oil.";
        assertThat(question(text, "stop").orElseThrow().isCopied(passage)).isEqualTo(copied);
    }
}
