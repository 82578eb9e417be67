/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.djladapters.hub.ModelDirectory;

/**
 * Turns prompts and responses into tokens and tokens into text, with the tokenizer of a model.
 *
 * <p>A prompt gets the special tokens that the tokenizer puts in front of a text. A response gets
 * none but the model's end token, if it has one. The two are tokenized apart, so that a model that
 * generates sees a prompt as it did in training.
 *
 * @param hasDecoder whether an encoder reads prompts, whole texts with an end of their own
 */
public record PromptEncoder(
        HuggingFaceTokenizer tokenizer,
        OptionalInt endToken,
        Set<Integer> endTokens,
        boolean hasDecoder)
        implements AutoCloseable {

    /** Opens the tokenizer of a model with some inputs. */
    public static PromptEncoder open(ModelDirectory model, List<String> inputs) throws IOException {
        OptionalInt endToken = model.endTokenId();
        Set<Integer> endTokens = model.endTokenIds();
        return new PromptEncoder(
                TextEncoder.untruncated(model),
                endToken,
                endTokens,
                TextInputs.haveDecoder(inputs));
    }

    /**
     * Returns the tokens of a prompt, without the end token that a tokenizer may add where the
     * model is to go on.
     */
    public int[] prompt(String text) {
        int[] tokens = tokens(tokenizer.encode(text));
        if (hasDecoder) {
            return tokens;
        }
        int last = tokens.length - 1;
        boolean ends = last >= 0 && endToken.isPresent() && tokens[last] == endToken.getAsInt();
        // Where one token both begins and ends texts, it may be the first one.
        return ends && last > 0 ? Arrays.copyOf(tokens, last) : tokens;
    }

    /** Returns the tokens of a response with the end token, if there is one. */
    public int[] response(String text) {
        return IntStream.concat(Arrays.stream(verbatim(text)), endToken.stream()).toArray();
    }

    /**
     * Returns the tokens of a turn as a chat template writes it, up to the token that ends it,
     * which is added if there is none. Text behind it, such as a line break, is never generated.
     */
    public int[] turn(String text) {
        int[] tokens = verbatim(text);
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (endTokens.contains(tokens[i])) {
                return Arrays.copyOf(tokens, i + 1);
            }
        }
        return IntStream.concat(
                        Arrays.stream(tokens),
                        endTokens.stream().mapToInt(Integer::intValue).limit(1))
                .toArray();
    }

    /**
     * Returns the tokens of a text as it stands, with special ones only where the text has them.
     */
    public int[] verbatim(String text) {
        return tokens(tokenizer.encode(text, false, false));
    }

    private static int[] tokens(Encoding encoding) {
        return TextEncoder.toInts(encoding.getIds());
    }

    /** Returns the text of tokens, without special ones. */
    public String text(int... tokens) {
        return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
