/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEncoderTest {

    private static final List<String> WORDS =
            List.of("Hello", "don't", "😀x", "Gardena", "New-York", "Zürich", "😀", "#x", ".");

    private static ModelDirectory model(String name) throws IOException {
        return ModelDirectory.open(Path.of("src/test/resources/models", name));
    }

    private static List<TokenEncoder.Piece> encode(String model, int maxLength, WordText text)
            throws IOException {
        try (TokenEncoder encoder = TokenEncoder.open(model(model), maxLength)) {
            return encoder.encode(text);
        }
    }

    /** WordPiece, byte-level BPE and Unigram: DJL's tokenizer counts the words by itself. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta", "tiny-deberta-v3", "tiny-llama"})
    void aWordIsReadAtItsFirstToken(String model) throws IOException {
        List<TokenEncoder.Piece> pieces = encode(model, 64, WordText.of(WORDS));

        assertThat(pieces).hasSize(1);
        TokenEncoder.Piece piece = pieces.get(0);
        assertThat(piece.isCut()).isFalse();
        assertThat(piece.words()).isEqualTo(IntStream.range(0, WORDS.size()).toArray());
        Encoding whole = encoding(model, String.join(" ", WORDS));
        assertThat(IntStream.of(piece.tokens().ids()))
                .containsExactlyElementsOf(
                        Arrays.stream(TextEncoder.toInts(whole.getIds())).boxed().toList());
        for (int i = 0; i < WORDS.size(); i++) {
            // what comes before a word makes as many tokens without it
            String before = String.join(" ", WORDS.subList(0, i));
            String until = String.join(" ", WORDS.subList(0, i + 1));
            int place = piece.places()[i];
            int blank = isBlank(whole.getTokens()[place - 1 < 0 ? 0 : place - 1]) ? 1 : 0;
            assertThat(place).isEqualTo(content(model, before) + blank);
            assertThat(place).isLessThan(content(model, until));
        }
    }

    private static boolean isBlank(String token) {
        return token.equals("Ġ") || token.equals("▁");
    }

    /** The number of tokens up to the end of a text, special ones before it included. */
    private static int content(String model, String text) throws IOException {
        long[] special = encoding(model, text).getSpecialTokenMask();
        int tokens = special.length;
        while (tokens > 1 && special[tokens - 1] == 1) {
            tokens--;
        }
        return tokens;
    }

    private static Encoding encoding(String model, String text) throws IOException {
        Path file = Path.of("src/test/resources/models", model, "tokenizer.json");
        try (HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.newInstance(
                        file, Map.of("truncation", "false", "padding", "false"))) {
            return tokenizer.encode(text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta", "tiny-deberta-v3"})
    void longTextsAreSplitBetweenWords(String model) throws IOException {
        WordText text =
                WordText.split(String.join(" ", Collections.nCopies(200, "today thank java")));
        TokenEncoder.Piece whole = encode(model, 10000, text).get(0);
        int length = whole.tokens().length();

        List<TokenEncoder.Piece> pieces = encode(model, 64, text);

        assertThat(length).isGreaterThan(512);
        assertThat(pieces).allMatch(piece -> piece.tokens().length() <= 64 && !piece.isCut());
        assertThat(pieces.stream().flatMapToInt(piece -> Arrays.stream(piece.words())))
                .containsExactlyElementsOf(
                        IntStream.range(0, text.words().size()).boxed().toList());
        int read = 1;
        for (TokenEncoder.Piece piece : pieces) {
            TextEncoder.Tokens tokens = piece.tokens();
            assertThat(tokens.ids()[0]).isEqualTo(whole.tokens().ids()[0]);
            assertThat(tokens.ids()[tokens.length() - 1])
                    .isEqualTo(whole.tokens().ids()[length - 1]);
            for (int i = 1; i < tokens.length() - 1; i++) {
                assertThat(tokens.ids()[i]).isEqualTo(whole.tokens().ids()[read]);
                read++;
            }
            for (int i = 0; i < piece.words().length; i++) {
                assertThat(tokens.ids()[piece.places()[i]])
                        .isEqualTo(whole.tokens().ids()[whole.places()[piece.words()[i]]]);
            }
        }
        assertThat(read).isEqualTo(length - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta", "tiny-deberta-v3"})
    void piecesAreAboutEquallyLong(String model) throws IOException {
        WordText text =
                WordText.split(String.join(" ", Collections.nCopies(8, "today thank java")));
        int length = encode(model, 10000, text).get(0).tokens().length();

        List<TokenEncoder.Piece> pieces = encode(model, length - 1, text);

        assertThat(pieces).hasSize(2);
        int difference = pieces.get(0).tokens().length() - pieces.get(1).tokens().length();
        assertThat(Math.abs(difference)).isLessThan(12); // the tokens of two words
    }

    @Test
    void aWordThatIsTooLongIsReadAtItsStart() throws IOException {
        String longWord = "-".repeat(30);
        List<TokenEncoder.Piece> pieces =
                encode("tiny-bert", 16, WordText.of(List.of("this", longWord, "is", "java")));

        assertThat(pieces).hasSize(3);
        assertThat(pieces.get(1).words()).containsExactly(1);
        assertThat(pieces.get(1).places()).containsExactly(1);
        assertThat(pieces.get(1).tokens().length()).isEqualTo(16);
        assertThat(pieces)
                .extracting(TokenEncoder.Piece::isCut)
                .containsExactly(false, true, false);
        assertThat(pieces.get(2).words()).containsExactly(2, 3);
    }

    @Test
    void wordsOfWhichTheTokenizerLeavesNothingHaveNoPlace() throws IOException {
        List<TokenEncoder.Piece> pieces =
                encode("tiny-bert", 16, WordText.of(List.of("\u200d", "java", "\u200d")));

        assertThat(pieces).hasSize(1);
        assertThat(pieces.get(0).words()).containsExactly(1);
        assertThat(encode("tiny-bert", 16, WordText.of(List.of("\u200d")))).isEmpty();
        assertThat(encode("tiny-llama", 16, WordText.split(""))).isEmpty();
    }
}
