/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import org.djladapters.data.encoding.AnswerEncoder.Encoded;
import org.djladapters.data.encoding.AnswerEncoder.Window;

/**
 * Finds the best answer to a question in the logits of all windows of its context.
 *
 * <p>The score of an answer is the sum of the logits of its first and its last token; an answer has
 * at most {@value #MOST_TOKENS} tokens, all in one window. The score of no answer is the sum of the
 * two logits of the first place of a window, the least over all windows: it wins if it is greater
 * than that of the best answer and the model has learned that there may be no answer. Of equal
 * scores the first counts.
 */
final class AnswerSearch {

    /** The limit in the evaluation of BERT. */
    static final int MOST_TOKENS = 30;

    private static final String NONE = "";

    private final String context;
    private final Encoded encoded;

    private double score = Double.NEGATIVE_INFINITY;
    private double noneScore = Double.POSITIVE_INFINITY;
    private Answer best;
    private Answer none;

    AnswerSearch(String context, Encoded encoded) {
        this.context = context;
        this.encoded = encoded;
    }

    /**
     * Adds the logits of a window.
     *
     * @param starts for every place the logit of being the first token; places behind the window's
     *     tokens do not count
     * @param ends the same of the last token
     */
    AnswerSearch with(Window window, float[] starts, float[] ends) {
        int length = window.tokens().length();
        double normalizer = logSum(starts, length) + logSum(ends, length);
        double noAnswer = (double) starts[0] + ends[0];
        if (noAnswer < noneScore) {
            noneScore = noAnswer;
            none = new Answer(NONE, Math.exp(noAnswer - normalizer), 0, 0);
        }
        for (int first = window.from(); first < window.to(); first++) {
            int behind = Math.min(window.to(), first + MOST_TOKENS);
            for (int last = first; last < behind; last++) {
                double sum = (double) starts[window.placeOf(first)] + ends[window.placeOf(last)];
                if (sum > score) {
                    consider(first, last, sum, Math.exp(sum - normalizer));
                }
            }
        }
        return this;
    }

    private void consider(int first, int last, double sum, double probability) {
        int start = encoded.starts()[first];
        int end = encoded.ends()[last];
        while (start < end && Character.isWhitespace(context.charAt(start))) {
            start++;
        }
        while (start < end && Character.isWhitespace(context.charAt(end - 1))) {
            end--;
        }
        if (start < end) {
            score = sum;
            best = new Answer(context.substring(start, end), probability, start, end);
        }
    }

    private static double logSum(float[] logits, int length) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, logits[i]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += Math.exp(logits[i] - max);
        }
        return max + Math.log(sum);
    }

    /** Returns the answer, when all windows were added. */
    Answer answer(boolean unanswerable) {
        return best == null || (unanswerable && noneScore > score) ? none : best;
    }
}
