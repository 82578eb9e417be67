/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    She met Anna (Berlin), and Bob's friend.    | She met Anna ( Berlin ) , and Bob 's friend .
                    "Oslo?" asked @mira in #Rome...             | " Oslo ? " asked @mira in #Rome ...
                    J. Doe of the U.S. reads e.g. a.b.c, too    | J. Doe of the U.S. reads e.g. a.b.c , too
                    10:30 at http://x.example/a?b=c&d :) it 's  | 10:30 at http://x.example/a?b=c&d :) it 's
                    ¿Dónde? „Köln“ und «Bonn».                  | ¿ Dónde ? „ Köln “ und « Bonn » .
                    wait... ... ?! ((                           | wait ... ... ?! ((
                    """)
    void marksBeforeAndAfterWordsAreWords(String text, String words) {
        WordText split = WordText.split(text);

        assertThat(
                        split.words().stream()
                                .map(word -> text.substring(word.start(), word.end()))
                                .toList())
                .isEqualTo(List.of(words.split(" ")));
    }

    @Test
    void blanksJoinWords() {
        assertThat(WordText.of(List.of("New York", "😀", ".")))
                .isEqualTo(
                        new WordText(
                                "New York 😀 .",
                                List.of(
                                        new WordText.Word(0, 8),
                                        new WordText.Word(9, 11),
                                        new WordText.Word(12, 13))));
        assertThat(WordText.split(" \n").words()).isEmpty();
    }
}
