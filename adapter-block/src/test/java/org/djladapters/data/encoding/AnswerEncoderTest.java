/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.AnswerEncoder.Encoded;
import org.djladapters.data.encoding.AnswerEncoder.Span;
import org.djladapters.data.encoding.AnswerEncoder.Window;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerEncoderTest {

    /** Ten tokens of one letter each. */
    private static final String LETTERS = "a b c d e f g h i j";

    @Test
    void aShortContextIsOneWindow() throws IOException {
        Window window = encode("tiny-bert", 64, 8, "x y", LETTERS).windows().get(0);

        // [CLS] x y [SEP] a … j [SEP]
        assertThat(window.place()).isEqualTo(4);
        assertThat(window.from()).isZero();
        assertThat(window.to()).isEqualTo(10);
        assertThat(window.tokens().length()).isEqualTo(15);
        assertThat(IntStream.of(window.tokens().typeIds()).sum()).isEqualTo(11);
    }

    @Test
    void windowsOverlapAndEachHasTheWholeQuestion() throws IOException {
        Encoded whole = encode("tiny-bert", 64, 2, "x y", LETTERS);
        Encoded parts = encode("tiny-bert", 10, 2, "x y", LETTERS);

        // five of ten tokens besides the question and three special ones, two of them shared
        assertThat(parts.windows())
                .extracting(window -> List.of(window.from(), window.to()))
                .containsExactly(List.of(0, 5), List.of(3, 8), List.of(6, 10));
        TextEncoder.Tokens all = whole.windows().get(0).tokens();
        for (Window window : parts.windows()) {
            TextEncoder.Tokens tokens = window.tokens();
            for (int i = 0; i < 4; i++) {
                assertThat(tokens.ids()[i]).isEqualTo(all.ids()[i]);
            }
            for (int token = window.from(); token < window.to(); token++) {
                assertThat(tokens.ids()[window.placeOf(token)]).isEqualTo(all.ids()[4 + token]);
                assertThat(tokens.typeIds()[window.placeOf(token)]).isEqualTo(1);
            }
            assertThat(tokens.ids()[tokens.length() - 1]).isEqualTo(all.ids()[14]);
        }
    }

    @Test
    void windowsShareAtMostHalf() throws IOException {
        List<Window> windows = encode("tiny-bert", 9, 128, "x y", LETTERS).windows();

        assertThat(windows).extracting(Window::from).containsExactly(0, 2, 4, 6);
    }

    @Test
    void aContextWithoutTokensIsAWindow() throws IOException {
        Encoded encoded = encode("tiny-bert", 64, 8, "x y", "  ");

        assertThat(encoded.starts()).isEmpty();
        assertThat(encoded.windows()).singleElement().matches(w -> w.tokens().length() == 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-roberta", "tiny-deberta-v3", "tiny-gpt2"})
    void tokensAreFoundByCharacters(String model) throws IOException {
        String context = "Größe 😀😀 wins in Café e\u0301a 𝔘nit, says 日本.";
        Encoded encoded = encode(model, 256, 16, "who 😀?", context);

        for (String answer : List.of("Größe", "😀😀 wins", "Café", "𝔘nit", "in Café", "日本")) {
            int start = context.indexOf(answer);
            Span span = encoded.cover(start, start + answer.length());
            String covered =
                    context.substring(encoded.starts()[span.first()], encoded.ends()[span.last()]);
            assertThat(covered.strip()).isEqualTo(answer);
        }
    }

    @Test
    void aWindowHasASpanOrHasNot() throws IOException {
        Encoded encoded = encode("tiny-bert", 10, 2, "x y", LETTERS);

        assertThat(encoded.windows())
                .extracting(window -> window.contains(new Span(3, 4)))
                .containsExactly(true, true, false);
        assertThat(encoded.windows())
                .extracting(window -> window.contains(new Span(4, 5)))
                .containsExactly(false, true, false);
        assertThat(encoded.windows().get(0).contains(new Span(2, 1))).isFalse();
    }

    @Test
    void refusesAQuestionThatFillsTheWindow() {
        assertThatThrownBy(() -> encode("tiny-bert", 8, 2, LETTERS, LETTERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The question has 10 tokens, which leaves no room for its context within"
                                + " the maximum length of 8 tokens; shorten it, or raise that");
    }

    private static Encoded encode(
            String model, int maxLength, int stride, String question, String context)
            throws IOException {
        ModelDirectory directory = ModelDirectory.open(Path.of("src/test/resources/models", model));
        try (AnswerEncoder encoder = AnswerEncoder.open(directory, maxLength, stride)) {
            return encoder.encode(question, context);
        }
    }
}
