/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Hands over a growing text in pieces, and finds the texts at which it ends.
 *
 * <p>A piece holds whole characters, though tokens may hold parts of them, and nothing of a text to
 * stop at, though that may begin within one token and end in another: what may still become one of
 * these is kept for later.
 */
final class TextStream {

    /** The character that decoding writes where the bytes of a character are not complete. */
    private static final char INCOMPLETE = '\uFFFD';

    private final Function<int[], String> decoder;
    private final List<String> stop;
    private final Consumer<String> listener;
    private String shown = "";

    /** Begins a text; the listener, or null, takes its pieces. */
    TextStream(Function<int[], String> decoder, List<String> stop, Consumer<String> listener) {
        this.decoder = decoder;
        this.stop = stop;
        this.listener = listener;
    }

    /** Shows the new part of a text and tells whether it has come to a place to stop at. */
    boolean accept(int... tokens) {
        if (stop.isEmpty() && listener == null) {
            return false;
        }
        String text = decoder.apply(tokens);
        boolean ends = end(text) < text.length();
        if (!ends) {
            show(text.substring(0, text.length() - heldBack(text)));
        }
        return ends;
    }

    /** Shows the rest of a text and returns the whole. */
    String complete(int... tokens) {
        String text = decoder.apply(tokens);
        String complete = text.substring(0, end(text));
        show(complete);
        return complete;
    }

    private void show(String text) {
        if (listener != null && text.length() > shown.length() && text.startsWith(shown)) {
            listener.accept(text.substring(shown.length()));
            shown = text;
        }
    }

    /** Returns where the first text to stop at begins, else the end. */
    private int end(String text) {
        return stop.stream()
                .mapToInt(text::indexOf)
                .filter(place -> place >= 0)
                .min()
                .orElse(text.length());
    }

    private int heldBack(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        String whole = text.substring(0, end);
        int begun = stop.stream().mapToInt(other -> begun(whole, other)).max().orElse(0);
        return text.length() - end + begun;
    }

    /** Returns the length of the longest end of a text with which another one begins. */
    private static int begun(String text, String other) {
        for (int length = Math.min(text.length(), other.length() - 1); length > 0; length--) {
            if (text.regionMatches(text.length() - length, other, 0, length)) {
                return length;
            }
        }
        return 0;
    }
}
