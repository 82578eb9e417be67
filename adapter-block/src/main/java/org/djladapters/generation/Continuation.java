/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * A text that begins with a prompt and grows until it is complete. A decoder's answer begins with
 * its start token; the prompt is a text of its own then, the source.
 */
final class Continuation {

    /** The reason why a text is complete. */
    enum Ending {
        END_TOKEN,
        STOP,
        LENGTH
    }

    private final int[] source;
    private final int promptLength;
    private final int[] text;
    private final TokenSampler sampler;
    private final Set<Integer> endTokens;
    private final TextStream stream;
    private int length;
    private Ending ending;

    /**
     * Begins a text of a prompt, which has at least one token, with room for so many new ones.
     *
     * @param source the text that is answered, empty without an encoder
     */
    Continuation(
            int[] source,
            int[] prompt,
            int limit,
            TokenSampler sampler,
            Set<Integer> endTokens,
            TextStream stream) {
        this.source = source;
        promptLength = prompt.length;
        text = Arrays.copyOf(prompt, prompt.length + limit);
        length = prompt.length;
        this.sampler = sampler;
        this.endTokens = endTokens;
        this.stream = stream;
        ending = limit < 1 ? Ending.LENGTH : null;
    }

    boolean isOpen() {
        return ending == null;
    }

    /** Chooses the next token and adds it, unless it ends the text. */
    void extend(float[] logits) {
        int token = sampler.choose(logits, all());
        if (endTokens.contains(token)) {
            ending = Ending.END_TOKEN;
            return;
        }
        text[length++] = token;
        if (stream.accept(tokens())) {
            ending = Ending.STOP;
        } else if (length == text.length) {
            ending = Ending.LENGTH;
        }
    }

    /** Returns the tokens of the text that is answered, none without an encoder. */
    int[] source() {
        return source;
    }

    /** Returns the tokens of the prompt and the new ones. */
    int[] all() {
        return Arrays.copyOf(text, length);
    }

    /** Returns the new tokens. */
    int[] tokens() {
        return Arrays.copyOfRange(text, promptLength, length);
    }

    /** Shows the rest of the text. */
    GeneratedText result() {
        int[] tokens = tokens();
        return new GeneratedText(
                stream.complete(tokens),
                source.length == 0 ? promptLength : source.length,
                tokens.length,
                ending.name().toLowerCase(Locale.ROOT));
    }
}
