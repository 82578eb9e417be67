/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextStreamTest {

    private final List<String> pieces = new ArrayList<>();

    /** The text of tokens that are bytes of UTF-8. */
    private static String text(int[] tokens) {
        byte[] bytes = new byte[tokens.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) tokens[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Streams a text byte by byte until it is to stop, and returns it. */
    private String stream(String text, String... stop) {
        TextStream stream = new TextStream(TextStreamTest::text, List.of(stop), pieces::add);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = bytes[i];
            if (stream.accept(Arrays.copyOf(tokens, i + 1))) {
                return stream.complete(Arrays.copyOf(tokens, i + 1));
            }
        }
        return stream.complete(tokens);
    }

    @Test
    void showsWholeCharacters() {
        assertThat(stream("aé€😀z")).isEqualTo("aé€😀z");
        assertThat(pieces).containsExactly("a", "é", "€", "😀", "z");
    }

    @Test
    void showsWhatStaysIncompleteAtTheEnd() {
        TextStream stream = new TextStream(TextStreamTest::text, List.of(), pieces::add);
        stream.accept('a');
        stream.accept('a', 0xE2);
        assertThat(pieces).containsExactly("a");
        assertThat(stream.complete('a', 0xE2)).isEqualTo("a\uFFFD");
        assertThat(String.join("", pieces)).isEqualTo("a\uFFFD");
    }

    @Test
    void stopsBeforeATextThatBeginsAndEndsWithinTokens() {
        assertThat(stream("one EN two END three", "END")).isEqualTo("one EN two ");
        assertThat(String.join("", pieces)).isEqualTo("one EN two ");
    }

    @Test
    void stopsAtWhicheverComesFirst() {
        assertThat(stream("a\n\nb Q: c", "Q:", "\n\n")).isEqualTo("a");
        assertThat(pieces).containsExactly("a");
    }

    @Test
    void showsWhatOnlyBeganLikeATextToStopAt() {
        assertThat(stream("aaab", "aab!")).isEqualTo("aaab");
        assertThat(String.join("", pieces)).isEqualTo("aaab");
        assertThat(stream("xEN", "END")).isEqualTo("xEN");
    }
}
