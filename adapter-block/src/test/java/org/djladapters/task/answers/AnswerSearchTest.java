/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.AnswerEncoder.Encoded;
import org.djladapters.data.encoding.AnswerEncoder.Window;
import org.djladapters.data.encoding.TextEncoder;
import org.junit.jupiter.api.Test;

class AnswerSearchTest {

    /** Four tokens; the third is the space between words. */
    private static final String CONTEXT = "red barn";

    private static final int[] STARTS = {0, 2, 3, 4};
    private static final int[] ENDS = {2, 3, 4, 8};

    /** [CLS] question [SEP], then the context, then [SEP]. */
    private static final Window WHOLE = window(8, 0, 4);

    @Test
    void takesTheSpanOfTheLargestSum() {
        Answer answer =
                search(CONTEXT, STARTS, ENDS, WHOLE)
                        .with(WHOLE, places(8, 3, 5), places(8, 6, 4))
                        .answer(false);

        // softmax of a 5 and seven 0, times that of a 4 and seven 0
        double probability = Math.exp(5) / (Math.exp(5) + 7) * Math.exp(4) / (Math.exp(4) + 7);
        assertThat(answer.text()).isEqualTo("red barn");
        assertThat(answer.start()).isZero();
        assertThat(answer.end()).isEqualTo(8);
        assertThat(answer.score()).isCloseTo(probability, within(1e-12));
    }

    @Test
    void anAnswerEndsAfterItsStartAndLiesInTheContext() {
        // by themselves the best start is in the question and the best end before the start
        float[] starts = {0, 9, 0, 0, 0, 0, 3, 0};
        float[] ends = {0, 0, 0, 8, 0, 0, 1, 9};

        Answer answer =
                search(CONTEXT, STARTS, ENDS, WHOLE).with(WHOLE, starts, ends).answer(false);

        // "re" as start and end has 0 + 8, "barn" 3 + 1
        assertThat(answer.text()).isEqualTo("re");
    }

    @Test
    void spaceAtItsEndsIsNoPartOfAnAnswer() {
        Answer answer =
                search(CONTEXT, STARTS, ENDS, WHOLE)
                        .with(WHOLE, places(8, 5, 5), places(8, 6, 5))
                        .answer(false);

        assertThat(answer).extracting(Answer::text, Answer::start).containsExactly("barn", 4);
        // nothing but a space is no answer; the next best is
        assertThat(
                        search(CONTEXT, STARTS, ENDS, WHOLE)
                                .with(WHOLE, places(8, 5, 5), places(8, 5, 5))
                                .answer(false)
                                .text())
                .isNotBlank();
    }

    @Test
    void anAnswerHasAtMostThirtyTokens() {
        String letters = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
        int[] starts = IntStream.range(0, 52).toArray();
        int[] ends = IntStream.rangeClosed(1, 52).toArray();
        Window window = window(56, 0, 52);

        Answer longest =
                search(letters, starts, ends, window)
                        .with(window, places(56, 3, 5), places(56, 32, 5))
                        .answer(false);
        Answer tooLong =
                search(letters, starts, ends, window)
                        .with(window, places(56, 3, 5), places(56, 33, 5))
                        .answer(false);

        assertThat(longest.text()).hasSize(30);
        assertThat(tooLong.text().length()).isNotEqualTo(31);
    }

    @Test
    void theBestOfAllWindowsCounts() {
        Window first = window(6, 0, 2);
        Window second = window(6, 2, 4);

        Answer answer =
                search(CONTEXT, STARTS, ENDS, first, second)
                        .with(second, places(6, 4, 3), places(6, 4, 3))
                        .with(first, places(6, 3, 2), places(6, 4, 3))
                        .answer(false);

        assertThat(answer.text()).isEqualTo("barn");
        assertThat(answer.start()).isEqualTo(4);
    }

    @Test
    void noAnswerWinsIfEveryWindowSaysSoMoreThanAnyAnswer() {
        Window first = window(6, 0, 2);
        Window second = window(6, 2, 4);
        AnswerSearch sure =
                search(CONTEXT, STARTS, ENDS, first, second)
                        .with(first, places(6, 0, 4), places(6, 0, 4))
                        .with(second, places(6, 0, 3), places(6, 0, 2));
        AnswerSearch unsure =
                search(CONTEXT, STARTS, ENDS, first, second)
                        .with(first, places(6, 0, 4), places(6, 0, 4))
                        .with(second, places(6, 4, 1), places(6, 4, 1));

        // 3 + 2 in the second window against 0 + 0
        double probability = Math.exp(3) / (Math.exp(3) + 5) * Math.exp(2) / (Math.exp(2) + 5);
        Answer none = sure.answer(true);
        assertThat(none.text()).isEmpty();
        assertThat(none.score()).isCloseTo(probability, within(1e-12));
        assertThat(sure.answer(false).text()).isNotEmpty();
        // 0 + 0 in the second window against 1 + 1
        assertThat(unsure.answer(true).text()).isEqualTo("barn");
    }

    @Test
    void fillersDoNotCount() {
        float[] starts = {0, 0, 0, 5, 0, 0, 0, 0, 99};
        float[] ends = {0, 0, 0, 5, 0, 0, 0, 0, 99};

        Answer answer =
                search(CONTEXT, STARTS, ENDS, WHOLE).with(WHOLE, starts, ends).answer(false);

        double probability = Math.pow(Math.exp(5) / (Math.exp(5) + 7), 2);
        assertThat(answer.score()).isCloseTo(probability, within(1e-12));
    }

    @Test
    void aContextWithoutTokensHasNoAnswer() {
        Window empty = new Window(new TextEncoder.Tokens(1, 2, 3), 3, 0, 0);

        Answer answer =
                search(" ", new int[0], new int[0], empty)
                        .with(empty, new float[3], new float[3])
                        .answer(false);

        assertThat(answer.text()).isEmpty();
    }

    private static Window window(int length, int from, int to) {
        return new Window(new TextEncoder.Tokens(new int[length]), 3, from, to);
    }

    private static AnswerSearch search(
            String context, int[] starts, int[] ends, Window... windows) {
        return new AnswerSearch(context, new Encoded(starts, ends, List.of(windows)));
    }

    /** Zeros with one other value. */
    private static float[] places(int length, int place, float value) {
        float[] logits = new float[length];
        logits[place] = value;
        return logits;
    }
}
