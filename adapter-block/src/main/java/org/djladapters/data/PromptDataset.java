/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;

/**
 * Prompts with responses as batches for a language model.
 *
 * <p>The inputs of a batch of B examples are int64 arrays of shape (B, T): the tokens of prompt and
 * response one after the other, without the last one, filled up at the right to the longest. The
 * labels are two int64 arrays of shape (N), where N is the number of all response tokens of the
 * batch: the places, counted through the rows of the batch, whose outputs are to predict a response
 * token, which are those one before it; and these tokens.
 */
public final class PromptDataset extends BatchedDataset {

    private final List<Example> examples;
    private final TextInputs inputs;

    private PromptDataset(
            List<Example> examples, TextInputs inputs, int batchSize, OptionalLong shuffleSeed) {
        super(examples.size(), batchSize, shuffleSeed);
        this.examples = List.copyOf(examples);
        this.inputs = inputs;
    }

    /**
     * Tokenizes prompts and responses as they are.
     *
     * @param data prompts and responses
     * @param model the directory of the model whose tokenizer is used
     * @param inputs the names of the model's inputs in their order
     * @param maxLength the largest number of tokens of a prompt and its response together
     * @param batchSize the number of examples in a batch, at least 1; the last one may be smaller
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @return the dataset
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if examples are longer than the limit, or conversations
     */
    public static PromptDataset of(
            PromptData data,
            ModelDirectory model,
            List<String> inputs,
            int maxLength,
            int batchSize,
            OptionalLong shuffleSeed)
            throws IOException {
        return of(data, Optional.empty(), model, inputs, maxLength, batchSize, shuffleSeed);
    }

    /**
     * Tokenizes data.
     *
     * @param data prompts and responses
     * @param chat writes them as the turns of conversations; empty for prompts as they are
     * @param model the directory of the model whose tokenizer is used
     * @param inputs the names of the model's inputs in their order
     * @param maxLength the largest number of tokens of a prompt and its response together
     * @param batchSize the number of examples in a batch, at least 1; the last one may be smaller
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @return the dataset
     * @throws IOException if the tokenizer can't be read
     * @throws IllegalArgumentException if examples are longer than the limit; nothing is truncated,
     *     since a response without its end or its question teaches something else. Or if there are
     *     conversations without a format for them, or one that can't be written so that the
     *     response stands at its end. Plain texts are truncated
     */
    @Internal
    public static PromptDataset of(
            PromptData data,
            Optional<ChatFormat> chat,
            ModelDirectory model,
            List<String> inputs,
            int maxLength,
            int batchSize,
            OptionalLong shuffleSeed)
            throws IOException {
        requirePositive(batchSize);
        return new PromptDataset(
                tokenize(data, chat, model, maxLength),
                TextInputs.of(model, inputs),
                batchSize,
                shuffleSeed);
    }

    /**
     * The tokens of a prompt and its response; neither is empty. Of a plain text the first token is
     * the prompt, since nothing predicts it; a text of one token has no response.
     *
     * @param prompt the tokens of the prompt
     * @param response those of the response, its end token included
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Example(int[] prompt, int[] response) {

        int length() {
            return prompt.length + response.length;
        }

        /**
         * What the model reads: the last token predicts nothing, but a model reads at least one.
         */
        private TextEncoder.Tokens read() {
            return new TextEncoder.Tokens(
                    IntStream.concat(Arrays.stream(prompt), Arrays.stream(response))
                            .limit(Math.max(1, length() - 1))
                            .toArray());
        }
    }

    private static List<Example> tokenize(
            PromptData data, Optional<ChatFormat> chat, ModelDirectory model, int maxLength)
            throws IOException {
        List<Example> examples = new ArrayList<>(data.size());
        try (PromptEncoder encoder = PromptEncoder.open(model)) {
            for (int row = 0; row < data.size(); row++) {
                PromptData.Row text = data.rows().get(row);
                Example example;
                try {
                    if (data.arePlainTexts()) {
                        example = text(text.response(), encoder, maxLength);
                    } else if (chat.isPresent()) {
                        example = turns(text, chat.get(), encoder);
                    } else {
                        example = plain(text, encoder);
                    }
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "%s: %s".formatted(data.where(row), e.getMessage()), e);
                }
                examples.add(example);
            }
        }
        requireShort(examples, data, maxLength);
        return examples;
    }

    /** A text as the model meets it in its own training, without an end token. */
    private static Example text(String text, PromptEncoder encoder, int maxLength) {
        int[] tokens = encoder.prompt(text);
        if (tokens.length == 0) {
            throw new IllegalArgumentException(
                    "the tokenizer finds no tokens in the text; remove it");
        }
        return new Example(
                Arrays.copyOf(tokens, 1),
                Arrays.copyOfRange(tokens, 1, Math.min(tokens.length, maxLength)));
    }

    private static Example plain(PromptData.Row text, PromptEncoder encoder) {
        if (!text.conversation().isEmpty()) {
            throw new IllegalArgumentException(
                    "A conversation needs a chat template, which the model lacks or was asked to"
                            + " leave out; give the columns prompt and response");
        }
        return example(encoder.prompt(text.prompt()), encoder.response(text.response()));
    }

    /** The response is what the whole conversation has beyond the prompt for it. */
    private static Example turns(PromptData.Row text, ChatFormat chat, PromptEncoder encoder) {
        List<ChatMessage> whole = new ArrayList<>(text.turns());
        String prompt = chat.render(whole, true);
        whole.add(ChatMessage.assistant(text.response()));
        String conversation = chat.render(whole, false);
        if (!conversation.startsWith(prompt)) {
            throw new IllegalArgumentException(
                    "The chat template writes the turns before the response otherwise when the"
                            + " response is there, so nothing can be learned from it; leave the"
                            + " template out");
        }
        return example(
                encoder.verbatim(prompt), encoder.turn(conversation.substring(prompt.length())));
    }

    private static Example example(int[] prompt, int[] response) {
        if (prompt.length == 0 || response.length == 0) {
            throw new IllegalArgumentException(
                    "the tokenizer finds no tokens in the prompt or response");
        }
        return new Example(prompt, response);
    }

    private static void requireShort(List<Example> examples, PromptData data, int maxLength) {
        int[] tooLong =
                IntStream.range(0, examples.size())
                        .filter(row -> examples.get(row).length() > maxLength)
                        .toArray();
        if (tooLong.length > 0) {
            throw new IllegalArgumentException(
                    ("%s: prompt and response have %d tokens, but the maximum length is %d (as in"
                                    + " %d of %d examples); shorten or remove them, or raise"
                                    + " the maximum length if the model allows it")
                            .formatted(
                                    data.where(tooLong[0]),
                                    examples.get(tooLong[0]).length(),
                                    maxLength,
                                    tooLong.length,
                                    examples.size()));
        }
    }

    /**
     * Returns the examples.
     *
     * @return their tokens, in the order of the data
     */
    public List<Example> examples() {
        return examples;
    }

    @Override
    int length(int row) {
        return examples.get(row).length();
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        return inputs.create(
                manager, Arrays.stream(rows).mapToObj(row -> examples.get(row).read()).toList());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        int width = Arrays.stream(rows).map(row -> length(row) - 1).max().orElse(0);
        long[] places =
                IntStream.range(0, rows.length)
                        .mapToObj(i -> places(examples.get(rows[i]), (long) i * width))
                        .flatMapToLong(Arrays::stream)
                        .toArray();
        long[] tokens =
                Arrays.stream(rows)
                        .flatMap(row -> Arrays.stream(examples.get(row).response()))
                        .asLongStream()
                        .toArray();
        return new NDList(manager.create(places), manager.create(tokens));
    }

    private static long[] places(Example example, long start) {
        long first = start + example.prompt().length - 1;
        return LongStream.range(first, first + example.response().length).toArray();
    }
}
