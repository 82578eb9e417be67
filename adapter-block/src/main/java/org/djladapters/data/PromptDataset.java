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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;

/**
 * Prompts with responses as batches for a language model.
 *
 * <p>A sequence is the tokens of prompt and response one after the other, without the last one. The
 * labels are two int64 arrays of shape (N), where N is the number of all response tokens of the
 * batch: the places, counted through the rows of the batch, whose outputs are to predict a response
 * token, which are those one before it; and these tokens.
 *
 * <p>A model with an encoder and a decoder reads the prompt as such a sequence, and as {@code
 * decoder_input_ids} its start token and the response without the last token; the places are those
 * of the decoder.
 *
 * <p>If all turns of the assistant are trained, the tokens of earlier ones are such places, too.
 */
public final class PromptDataset extends TokenizedDataset {

    private final List<Example> examples;
    private final OptionalInt start;

    /** The number of tokens that a row has room for; empty where each text has its own row. */
    private final OptionalInt room;

    /** The start token is that of a decoder, if there is one. */
    private PromptDataset(Builder builder, List<Example> examples, OptionalInt start)
            throws IOException {
        super(builder, examples.size());
        this.examples = examples;
        this.start = start;
        room = builder.packing ? OptionalInt.of(builder.limit()) : OptionalInt.empty();
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The tokens of a prompt and its response; neither is empty. Of a plain text the first token is
     * the prompt, since nothing predicts it; a text of one token has no response.
     *
     * @param prompt the tokens of the prompt
     * @param response those of the response, its end token included
     * @param earlier the places of the tokens of the prompt that are learned, too, those of earlier
     *     turns of the assistant; none of them the first one
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Example(int[] prompt, int[] response, int[] earlier) {

        private Example(int[] prompt, int[] response) {
            this(prompt, response, new int[0]);
        }

        int length() {
            return prompt.length + response.length;
        }

        /** Returns what is read before each token of the response, and the response. */
        private Example after(int start) {
            return new Example(new int[] {start}, response);
        }

        /** Returns the number of tokens that are learned. */
        int learned() {
            return earlier.length + response.length;
        }

        /** Returns the places, from the first token on, before those that are learned. */
        private IntStream places() {
            return IntStream.concat(
                    Arrays.stream(earlier).map(place -> place - 1),
                    IntStream.range(prompt.length - 1, length() - 1));
        }

        private IntStream targets() {
            return IntStream.concat(
                    Arrays.stream(earlier).map(place -> prompt[place]), Arrays.stream(response));
        }

        /** Leaves out the last token, which predicts nothing, unless it is the only one. */
        private TextEncoder.Tokens read() {
            return new TextEncoder.Tokens(
                    IntStream.concat(Arrays.stream(prompt), Arrays.stream(response))
                            .limit(Math.max(1, length() - 1))
                            .toArray());
        }
    }

    /** Encodes a text as in the model's own training, without an end token. */
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

    /** Takes as the response all that the whole conversation has after the prompt for it. */
    private static Example turns(
            PromptData.Row text, ChatFormat chat, PromptEncoder encoder, TrainedTurns trained) {
        List<ChatMessage> whole = new ArrayList<>(text.turns());
        whole.add(ChatMessage.assistant(text.response()));
        Example last = answer(whole, whole.size() - 1, chat, encoder);
        if (trained == TrainedTurns.LAST) {
            return last;
        }
        IntStream earlier =
                IntStream.range(1, whole.size() - 1)
                        .filter(turn -> whole.get(turn).role().equals(ChatMessage.ASSISTANT))
                        .mapToObj(turn -> answer(whole, turn, chat, encoder))
                        .flatMapToInt(answer -> places(answer, last));
        return new Example(last.prompt, last.response, earlier.toArray());
    }

    /** Makes a turn the response to those before it. */
    private static Example answer(
            List<ChatMessage> whole, int turn, ChatFormat chat, PromptEncoder encoder) {
        String prompt = chat.render(whole.subList(0, turn), true);
        String conversation = chat.render(whole.subList(0, turn + 1), false);
        if (!conversation.startsWith(prompt)) {
            throw new IllegalArgumentException(
                    "The chat template writes the turns before the response otherwise when the"
                            + " response is there, so nothing can be learned from it; leave the"
                            + " template out");
        }
        return example(
                encoder.verbatim(prompt), encoder.turn(conversation.substring(prompt.length())));
    }

    /** Finds the tokens of an earlier answer in the prompt for a later one. */
    private static IntStream places(Example earlier, Example later) {
        int start = earlier.prompt.length;
        int end = earlier.length();
        boolean there =
                end <= later.prompt.length
                        && Arrays.equals(earlier.prompt, Arrays.copyOf(later.prompt, start))
                        && Arrays.equals(
                                earlier.response, Arrays.copyOfRange(later.prompt, start, end));
        if (!there) {
            throw new IllegalArgumentException(
                    "The chat template or the tokenizer writes an earlier turn of the assistant"
                            + " otherwise when others follow, so it can't be learned with them;"
                            + " train on the last turn alone");
        }
        return IntStream.range(start, end);
    }

    private static Example example(int[] prompt, int[] response) {
        if (prompt.length == 0 || response.length == 0) {
            throw new IllegalArgumentException(
                    "the tokenizer finds no tokens in the prompt or response");
        }
        return new Example(prompt, response);
    }

    private static void requireShort(
            List<Example> examples, PromptData data, int maxLength, boolean apart) {
        ToIntFunction<Example> length =
                apart ? e -> Math.max(e.prompt.length, e.response.length) : Example::length;
        int[] tooLong =
                IntStream.range(0, examples.size())
                        .filter(row -> length.applyAsInt(examples.get(row)) > maxLength)
                        .toArray();
        if (tooLong.length > 0) {
            throw new IllegalArgumentException(
                    ("%s: %s %d tokens, but the maximum length is %d (as in"
                                    + " %d of %d examples); shorten or remove them, or raise"
                                    + " the maximum length if the model allows it")
                            .formatted(
                                    data.where(tooLong[0]),
                                    apart
                                            ? "the longer one of prompt and response has"
                                            : "prompt and response have",
                                    length.applyAsInt(examples.get(tooLong[0])),
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

    /** Returns what is read before each token of the response, and the response. */
    private Example written(int row) {
        Example example = examples.get(row);
        return start.isPresent() ? example.after(start.getAsInt()) : example;
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return List.of(
                start.isPresent()
                        ? new TextEncoder.Tokens(examples.get(row).prompt())
                        : examples.get(row).read());
    }

    @Override
    NDList inputs(NDManager manager, int[] rows, int passes) {
        if (room.isPresent()) {
            return inputs.createPacked(
                    manager,
                    packed(rows).stream()
                            .map(row -> row.stream().map(i -> examples.get(i).read()).toList())
                            .toList());
        }
        return inputs.create(
                manager,
                Arrays.stream(rows).mapToObj(this::sequences).flatMap(List::stream).toList(),
                Arrays.stream(rows).mapToObj(row -> written(row).read()).toList());
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        List<List<Integer>> packed =
                room.isPresent() ? packed(rows) : Arrays.stream(rows).mapToObj(List::of).toList();
        int width = packed.stream().mapToInt(this::width).max().orElse(0);
        LongStream.Builder places = LongStream.builder();
        LongStream.Builder tokens = LongStream.builder();
        for (int b = 0; b < packed.size(); b++) {
            long first = (long) b * width;
            for (int row : packed.get(b)) {
                long start = first;
                written(row).places().forEach(place -> places.add(start + place));
                examples.get(row).targets().forEach(tokens::add);
                first += width(List.of(row));
            }
        }
        return new NDList(
                manager.create(places.build().toArray()), manager.create(tokens.build().toArray()));
    }

    /** Returns the number of tokens that are read of some examples. */
    private int width(List<Integer> rows) {
        return rows.stream().mapToInt(row -> written(row).length() - 1).sum();
    }

    /** Puts each example, the longest first, into the first row that has room for it. */
    private List<List<Integer>> packed(int... rows) {
        List<List<Integer>> packed = new ArrayList<>();
        IntStream.of(rows)
                .boxed()
                .sorted(Comparator.comparing(row -> -length(row)))
                .forEach(
                        row -> {
                            Optional<List<Integer>> free =
                                    packed.stream().filter(others -> fits(row, others)).findFirst();
                            if (free.isEmpty()) {
                                packed.add(new ArrayList<>(List.of(row)));
                            } else {
                                free.get().add(row);
                            }
                        });
        return packed;
    }

    private boolean fits(int row, List<Integer> others) {
        return width(List.of(row)) + width(others) <= room.getAsInt();
    }

    /** Tokenizes prompts and responses. */
    public static final class Builder
            extends TokenizedDataset.ResponseBuilder<PromptData, Builder> {

        private TrainedTurns turns = TrainedTurns.LAST;
        private boolean packing;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets which turns of a conversation are learned (default: the last one).
         *
         * @param turns the turns
         * @return this builder
         */
        public Builder optTurns(TrainedTurns turns) {
            this.turns = turns;
            return this;
        }

        /**
         * Sets whether the examples of a batch share rows of at most the {@linkplain #optMaxLength
         * maximum length} (default false). The attention mask numbers the texts of a row, by which
         * a model must keep them apart.
         *
         * @param packing whether they share rows
         * @return this builder
         */
        public Builder optPacking(boolean packing) {
            this.packing = packing;
            return this;
        }

        /**
         * Sets the largest number of tokens of a prompt and its response together, of each for a
         * model that reads prompts apart (default: as for other datasets of text).
         *
         * @param maxLength at least 1
         * @return this builder
         */
        @Override
        public Builder optMaxLength(int maxLength) {
            return limit(maxLength);
        }

        /**
         * Tokenizes the prompts and responses.
         *
         * @return the dataset
         * @throws IOException if the tokenizer can't be read
         * @throws IllegalArgumentException if examples are longer than the limit; nothing is
         *     truncated, since a response without its end or its question teaches something else.
         *     Or if there are conversations without a format for them, or one that can't be written
         *     so that the response stands at its end, or with an earlier turn to learn that is
         *     written otherwise when others follow. Plain texts are truncated
         */
        public PromptDataset build() throws IOException {
            requireSet();
            int maxLength = limit();
            boolean apart = TextInputs.haveDecoder(inputs);
            if (apart && data.arePlainTexts()) {
                throw new IllegalArgumentException(
                        ("'%s' holds plain text, but the model answers prompts and goes on from no"
                                        + " text; give a file with the columns %s")
                                .formatted(data.source(), PromptData.COLUMNS));
            }
            if (apart && turns == TrainedTurns.ALL) {
                throw new IllegalArgumentException(
                        "A model that reads prompts apart writes the last turn alone, so all turns"
                                + " can't be learned; leave that choice out");
            }
            List<Example> examples = new ArrayList<>(data.size());
            try (PromptEncoder encoder = PromptEncoder.open(model, inputs)) {
                for (int row = 0; row < data.size(); row++) {
                    try {
                        examples.add(encode(data.rows().get(row), encoder, maxLength));
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                "%s: %s".formatted(data.where(row), e.getMessage()), e);
                    }
                }
            }
            requireShort(examples, data, maxLength, apart);
            OptionalInt start = apart ? OptionalInt.of(model.startTokenId()) : OptionalInt.empty();
            return new PromptDataset(this, List.copyOf(examples), start);
        }

        private Example encode(PromptData.Row row, PromptEncoder encoder, int maxLength) {
            if (data.arePlainTexts()) {
                return text(row.response(), encoder, maxLength);
            }
            return chat == null ? plain(row, encoder) : turns(row, chat, encoder, turns);
        }
    }
}
