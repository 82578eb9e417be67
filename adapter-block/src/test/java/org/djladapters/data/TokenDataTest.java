/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenDataTest {

    @TempDir Path folder;

    private TokenData read(String text) throws IOException {
        Path file = folder.resolve("train.conll");
        Files.writeString(file, text);
        return TokenData.read(file);
    }

    @Test
    void wordsAndTagsStandInTheFirstAndTheLastColumn() throws Exception {
        TokenData data =
                read(
                        """
                        Mira\tNNP\tB-person
                        lives\tVBZ\tO
                        in\tIN\tO
                        Oslo\tNNP\tB-place

                        Yes\tUH\tO
                        """);

        assertThat(data.rows())
                .containsExactly(
                        new TokenData.Row(
                                1,
                                List.of("Mira", "lives", "in", "Oslo"),
                                List.of("B-person", "O", "O", "B-place")),
                        new TokenData.Row(6, List.of("Yes"), List.of("O")));
        assertThat(data.task()).contains(TaskKind.TOKEN_CLASSIFICATION);
        assertThat(data.label(0)).isEqualTo("person, place");
        assertThat(data.label(1)).isEqualTo("O");
        assertThat(data.where(1)).endsWith("train.conll', line 6");
        assertThat(data.pick(List.of(1)).rows()).containsExactly(data.rows().get(1));
        assertThat(data.pick(List.of(1)).sha256()).isNotEqualTo(data.sha256());
        assertThat(LabelledData.read(data.source(), TaskKind.TOKEN_CLASSIFICATION).sha256())
                .isEqualTo(data.sha256());
    }

    @Test
    void sentencesEndAtLinesOfWhiteSpaceAlone() throws Exception {
        assertThat(read("a\tO\n\t\nb\tO\n \nc\tO\r\n\r\nd\tO").rows())
                .extracting(TokenData.Row::words)
                .containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
    }

    @Test
    void columnsMayBeSeparatedByBlanks() throws Exception {
        assertThat(read("New York\tx\tI-ORG\n").rows().get(0).words()).containsExactly("New York");
        assertThat(read("York   NNP I-ORG \nis V O\n").rows().get(0))
                .isEqualTo(new TokenData.Row(1, List.of("York", "is"), List.of("I-ORG", "O")));
    }

    @Test
    void beginningsOfDocumentsAndCommentsAreSkipped() throws Exception {
        TokenData data =
                read(
                        """
                        -DOCSTART- -X- -X- O

                        # id 17 domain=invented
                        #
                        # x O
                        news x O
                        -DOCSTART- -X- -X- O
                        #tag x O
                        """);

        assertThat(data.rows())
                .extracting(TokenData.Row::words)
                .containsExactly(List.of("#", "news"), List.of("#tag"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'a\tO\nb'               | line 2, has the word 'b' without a tag; columns are separated by tabs, and the last one is the tag
                    '#tag'                  | line 1, has the word '#tag' without a tag; columns are separated by blanks, and the last one is the tag
                    'a\tO\nb\tx\tO'         | line 2, has 3 columns, but the lines before it have 2
                    'a\tO\n\nb\tB-x\nc\t'   | line 4, has the word 'c' without a tag; columns are separated by tabs, and the last one is the tag
                    'a\tO\n\tO'             | line 2, has a tag without a word
                    'a O\nb NNP'            | line 2: 'NNP' is no tag; a tag is O, or a type after a prefix (B-, I-, E-, S-, L- or U-), such as B-person
                    'a o'                   | line 1: 'o' is no tag; a tag is O, or a type after a prefix (B-, I-, E-, S-, L- or U-), such as B-person
                    'a B-'                  | line 1: 'B-' is no tag; a tag is O, or a type after a prefix (B-, I-, E-, S-, L- or U-), such as B-person
                    """)
    void whatIsNoSuchFileIsRefusedWithTheLine(String text, String message) {
        assertThatThrownBy(() -> read(text.translateEscapes()))
                .isInstanceOf(IOException.class)
                .hasMessage("'%s', %s", folder.resolve("train.conll"), message);
    }

    @Test
    void filesWithoutSentencesAreRefused() {
        assertThatThrownBy(() -> read("# a comment\n\n-DOCSTART- O\n"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'%s' holds no sentences; every line must hold a word and its tag",
                        folder.resolve("train.conll"));
        assertThatThrownBy(() -> TokenData.read(folder.resolve("nothing")))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "No data file '%s'; give a CoNLL file, with a word and its tag in a line",
                        folder.resolve("nothing"));
    }

    @Test
    void sentencesMayComeFromMemory() {
        TokenData.Row row = TokenData.Row.of(List.of("Mira", "sings"), List.of("B-person", "O"));
        TokenData data = TokenData.of(List.of(row, row));

        assertThat(data.size()).isEqualTo(2);
        assertThat(data.where(1)).isEqualTo("row 2 of the data in memory");
        assertThat(data.sha256()).isNotEqualTo(TokenData.of(List.of(row)).sha256());
        assertRefused("the data in memory have no rows", List.of());
    }

    @Test
    void badSentencesFromMemoryAreRefused() {
        TokenData.Row good = TokenData.Row.of(List.of("x"), List.of("O"));
        assertRefused(
                "row 2 of the data in memory: 2 words have 1 tags; give at least one word, and a"
                        + " tag for each",
                List.of(good, TokenData.Row.of(List.of("a", "b"), List.of("O"))));
        assertRefused(
                "row 1 of the data in memory: a word is blank; leave it out with its tag",
                List.of(TokenData.Row.of(List.of("a", " "), List.of("O", "O"))));
        assertRefused(
                "row 1 of the data in memory: 'person' is no tag",
                List.of(TokenData.Row.of(List.of("a"), List.of("person"))));
    }

    private static void assertRefused(String message, List<TokenData.Row> rows) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenData.of(rows))
                .satisfies(e -> assertThat(e.getMessage()).containsIgnoringCase(message));
    }
}
