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
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;

/**
 * Makes tokens of texts of which every word gets a prediction, at its first token. A text longer
 * than the limit becomes several pieces of about equal length, each with the special tokens of the
 * model, that begin and end between words.
 *
 * <p>The tokens are those of the whole text, blanks included, so they are the same whether a text
 * came as words or as it is written.
 */
public record TokenEncoder(HuggingFaceTokenizer tokenizer, int maxLength) implements AutoCloseable {

    /** Takes a tokenizer that never truncates, which is closed with this. */
    public TokenEncoder {
        TextEncoder.requireRoom(maxLength);
    }

    /**
     * A text, or a part of one that is too long.
     *
     * @param tokens the input of the model
     * @param words the numbers of the words, in the text, that have a token here, in their order
     * @param places where the first token of each of them is
     * @param isCut whether tokens of a word are left out, since it alone exceeds the limit
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Piece(TextEncoder.Tokens tokens, int[] words, int[] places, boolean isCut) {}

    /** Opens a model's tokenizer; no piece has more tokens than the given length. */
    public static TokenEncoder open(ModelDirectory model, int maxLength) throws IOException {
        TextEncoder.requireRoom(maxLength);
        return new TokenEncoder(TextEncoder.untruncated(model), maxLength);
    }

    /**
     * Encodes a text.
     *
     * @return its pieces in their order, none without words; every word is in one of them, unless
     *     the tokenizer finds no token in it
     */
    public List<Piece> encode(WordText text) {
        Encoding encoding = tokenizer.encode(text.text());
        long[] special = encoding.getSpecialTokenMask();
        int start = 0;
        int end = special.length;
        while (start < end && special[start] == 1) {
            start++;
        }
        while (end > start && special[end - 1] == 1) {
            end--;
        }
        int[] firsts = firstTokens(text, encoding.getCharTokenSpans(), start, end);
        int room = maxLength - special.length + end - start;
        List<Piece> pieces = new ArrayList<>();
        for (Part part : parts(firsts, start, end, room)) {
            Part kept = new Part(part.start(), Math.min(part.end(), part.start() + room));
            boolean isCut = kept.end() < part.end();
            pieces.add(piece(encoding, firsts, new Part(start, end), kept, isCut));
        }
        pieces.removeIf(piece -> piece.words().length == 0);
        return pieces;
    }

    /** A range of tokens; the end is exclusive. */
    private record Part(int start, int end) {}

    /** Divides tokens between words into as few parts as fit into the room, of about one length. */
    private static List<Part> parts(int[] firsts, int start, int end, int room) {
        int[] borders =
                IntStream.concat(
                                Arrays.stream(firsts).filter(first -> first > start),
                                IntStream.of(end))
                        .distinct()
                        .toArray();
        List<Part> fewest = parts(start, borders, room);
        int limit = (end - start + fewest.size() - 1) / fewest.size();
        List<Part> even = parts(start, borders, limit);
        while (even.size() > fewest.size()) {
            limit++;
            even = parts(start, borders, limit);
        }
        return even;
    }

    /** Fills parts up to a limit one after the other; a word beyond it is a part of its own. */
    private static List<Part> parts(int start, int[] borders, int limit) {
        List<Part> parts = new ArrayList<>();
        int first = start;
        int last = start;
        for (int border : borders) {
            if (border - first > limit && last > first) {
                parts.add(new Part(first, last));
                first = last;
            }
            last = border;
        }
        parts.add(new Part(first, last));
        return parts;
    }

    private static Piece piece(
            Encoding encoding, int[] firsts, Part content, Part part, boolean isCut) {
        int[] words =
                IntStream.range(0, firsts.length)
                        .filter(word -> firsts[word] >= part.start() && firsts[word] < part.end())
                        .toArray();
        int[] places =
                Arrays.stream(words)
                        .map(word -> firsts[word] - part.start() + content.start())
                        .toArray();
        TextEncoder.Tokens tokens =
                new TextEncoder.Tokens(
                        slice(encoding.getIds(), content, part),
                        slice(encoding.getTypeIds(), content, part));
        return new Piece(tokens, words, places, isCut);
    }

    /** Returns a part of the content between the special tokens before and after all content. */
    private static int[] slice(long[] values, Part content, Part part) {
        return TextEncoder.toInts(
                Stream.of(
                                Arrays.stream(values, 0, content.start()),
                                Arrays.stream(values, part.start(), part.end()),
                                Arrays.stream(values, content.end(), values.length))
                        .flatMapToLong(Function.identity())
                        .toArray());
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** Finds the first token of every word, -1 for a word without tokens. */
    private static int[] firstTokens(WordText text, CharSpan[] spans, int start, int end) {
        int[] firsts = new int[text.words().size()];
        Arrays.fill(firsts, -1);
        int[] points = codePoints(text.text());
        int word = 0;
        for (int token = start; token < end; token++) {
            CharSpan span = spans[token];
            while (word < firsts.length
                    && points[text.words().get(word).end()] <= span.getStart()) {
                word++;
            }
            for (int next = word;
                    next < firsts.length && points[text.words().get(next).start()] < span.getEnd();
                    next++) {
                firsts[next] = firsts[next] < 0 ? token : firsts[next];
            }
        }
        return firsts;
    }

    /** Returns the number of characters, as tokenizers count them, before every index of a text. */
    private static int[] codePoints(String text) {
        int[] points = new int[text.length() + 1];
        for (int i = 0; i < text.length(); i++) {
            boolean second = i > 0 && Character.isSurrogatePair(text.charAt(i - 1), text.charAt(i));
            points[i + 1] = points[i] + (second ? 0 : 1);
        }
        return points;
    }
}
