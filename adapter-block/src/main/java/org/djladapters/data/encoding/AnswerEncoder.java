/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.hub.ModelDirectory;

/**
 * Turns a question and its context into the inputs of a model: a context that is too long becomes
 * several windows, each with the whole question, that overlap.
 *
 * @param tokenizer one that never truncates, closed with this
 * @param maxLength the largest number of tokens of a window, the question and special tokens
 *     included
 * @param stride how many tokens of the context a window shares with the next one, at most half of
 *     those it has
 */
public record AnswerEncoder(HuggingFaceTokenizer tokenizer, int maxLength, int stride)
        implements AutoCloseable {

    /** The number of tokens that windows share as a rule, as in HuggingFace's example. */
    public static final int DEFAULT_STRIDE = 128;

    private static final long QUESTION = 0;
    private static final long CONTEXT = 1;

    /** Opens a model's tokenizer. */
    public static AnswerEncoder open(ModelDirectory model, int maxLength, int stride)
            throws IOException {
        return new AnswerEncoder(TextEncoder.untruncated(model), maxLength, stride);
    }

    /**
     * A question with its context. Tokens of the context are counted from 0 through all of it, and
     * characters as in a Java string.
     *
     * @param starts where each token of the context begins
     * @param ends where each ends, exclusive
     * @param windows the windows in the order of the context, at least one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Encoded(int[] starts, int[] ends, List<Window> windows) {

        /**
         * Finds the tokens that cover some characters of the context.
         *
         * @return the tokens; none if the tokenizer leaves these characters out
         */
        public Span cover(int start, int end) {
            int first = 0;
            while (first < ends.length && ends[first] <= start) {
                first++;
            }
            int last = starts.length - 1;
            while (last >= 0 && starts[last] >= end) {
                last--;
            }
            return new Span(first, last);
        }
    }

    /**
     * Some tokens of a context.
     *
     * @param last the last one; before the first if there are none
     */
    public record Span(int first, int last) {}

    /**
     * The input of one pass: the question and a part of the context.
     *
     * @param tokens the tokens of both, and special ones
     * @param place the place of the first token of the context among them
     * @param from that token of the context
     * @param to the token of the context behind the last one here
     */
    public record Window(TextEncoder.Tokens tokens, int place, int from, int to) {

        /** Tells whether tokens of the context, at least one, are all here. */
        public boolean contains(Span span) {
            return from <= span.first() && span.first() <= span.last() && span.last() < to;
        }

        /** Returns the place of a token of the context that is here. */
        public int placeOf(int token) {
            return place + token - from;
        }
    }

    /**
     * Encodes a question and its context.
     *
     * @throws IllegalArgumentException if the question leaves no room for the context
     */
    public Encoded encode(String question, String context) {
        Encoding pair = tokenizer.encode(question, context);
        int first = first(pair.getSequenceIds());
        int end = end(pair.getSequenceIds(), first);
        int room = room(pair, end - first);
        int step = room - Math.min(stride, room / 2);
        int[] ids = TextEncoder.toInts(pair.getIds());
        int[] typeIds = TextEncoder.toInts(pair.getTypeIds());
        List<Window> windows = new ArrayList<>();
        int from = first;
        int to;
        do {
            to = Math.min(from + room, end);
            TextEncoder.Tokens tokens =
                    new TextEncoder.Tokens(
                            without(ids, first, from, to, end),
                            without(typeIds, first, from, to, end));
            windows.add(new Window(tokens, first, from - first, to - first));
            from += step;
        } while (to < end);
        int[] units = units(context);
        CharSpan[] spans = Arrays.copyOfRange(pair.getCharTokenSpans(), first, end);
        return new Encoded(
                Arrays.stream(spans).mapToInt(span -> units[span.getStart()]).toArray(),
                Arrays.stream(spans).mapToInt(span -> units[span.getEnd()]).toArray(),
                List.copyOf(windows));
    }

    private static int first(long[] sequences) {
        int i = 0;
        while (i < sequences.length && sequences[i] != CONTEXT) {
            i++;
        }
        return i;
    }

    private static int end(long[] sequences, int first) {
        int i = first;
        while (i < sequences.length && sequences[i] == CONTEXT) {
            i++;
        }
        return i;
    }

    /** Returns the number of tokens of the context in a window. */
    private int room(Encoding pair, int context) {
        int room = maxLength - (pair.getIds().length - context);
        if (room < 1) {
            throw new IllegalArgumentException(
                    ("The question has %d tokens, which leaves no room for its context within the"
                                    + " maximum length of %d tokens; shorten it, or raise that")
                            .formatted(
                                    Arrays.stream(pair.getSequenceIds())
                                            .filter(sequence -> sequence == QUESTION)
                                            .count(),
                                    maxLength));
        }
        return room;
    }

    /** Leaves out the tokens of the context outside a window. */
    private static int[] without(int[] all, int first, int from, int to, int end) {
        return IntStream.range(0, all.length)
                .filter(i -> i < first || i >= end || (i >= from && i < to))
                .map(i -> all[i])
                .toArray();
    }

    /** Returns the index where each Unicode code point begins, and the length of the string. */
    private static int[] units(String text) {
        int[] units = new int[text.codePointCount(0, text.length()) + 1];
        for (int i = 1; i < units.length; i++) {
            units[i] = text.offsetByCodePoints(units[i - 1], 1);
        }
        return units;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
