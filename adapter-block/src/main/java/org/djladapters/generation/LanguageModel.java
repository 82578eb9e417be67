/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;

/** An adapted model that gives logits for the next token at every place of a text. */
@Internal
public final class LanguageModel {

    private final AdaptedModel model;
    private final ModelDirectory directory;
    private final GenerationConfig config;
    private final OptionalInt vocabularySize;

    /** The token with which a decoder's answers begin; empty for a model without an encoder. */
    private final OptionalInt start;

    /** How many tokens the model reads at once: any number where only distances count. */
    private final int most;

    private LanguageModel(AdaptedModel model, ModelDirectory directory) throws IOException {
        this.model = model;
        this.directory = directory;
        config = GenerationConfig.of(directory);
        vocabularySize = directory.vocabularySize();
        boolean answers = TextInputs.haveDecoder(model.inputNames());
        start = answers ? OptionalInt.of(directory.startTokenId()) : OptionalInt.empty();
        most =
                answers && directory.maxPositions().isEmpty()
                        ? Integer.MAX_VALUE
                        : TextEncoder.maxLength(directory, OptionalInt.empty());
    }

    /** Takes a model opened from a directory. */
    public static LanguageModel of(AdaptedModel model) throws IOException {
        ModelDirectory directory =
                model.directory()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "Only a model opened from a directory generates"
                                                        + " text, since the directory has its"
                                                        + " tokenizer"));
        return new LanguageModel(model, directory);
    }

    AdaptedModel model() {
        return model;
    }

    ModelDirectory directory() {
        return directory;
    }

    GenerationConfig config() {
        return config;
    }

    /**
     * Refuses a model that is not a causal language model, by a pass over two short texts that
     * differ in their last token, or of a decoder over two short answers.
     */
    public void check() throws IOException {
        List<TextEncoder.Tokens> texts =
                List.of(new TextEncoder.Tokens(1, 1, 1, 1), new TextEncoder.Tokens(1, 1, 1, 2));
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            TextInputs inputs = TextInputs.ofAnswers(directory, model.inputNames());
            List<TextEncoder.Tokens> read =
                    start.isPresent() ? Collections.nCopies(2, texts.get(0)) : texts;
            NDList outputs = baseOutputs(inputs.create(scope, read, texts));
            boolean named =
                    outputs.stream()
                            .anyMatch(output -> ModelOutputs.LOGITS.equals(output.getName()));
            NDArray logits = ModelOutputs.logits(outputs);
            if (!named || logits.getShape().dimension() != 3) {
                throw new IllegalArgumentException(
                        ("The model returns an array %s of shape %s, not logits for the next token"
                                        + " at every position of a text; take a model that writes"
                                        + " texts, and export it with the task text-generation")
                                .formatted(outputs.get(0).getName(), logits.getShape()));
            }
            NDArray before = logits.get(new NDIndex(":, :3"));
            if (!before.get(0).allClose(before.get(1), 1e-3, 1e-3, false)) {
                throw new IllegalArgumentException(
                        "The model's logits depend on later tokens, so it is no causal language"
                                + " model; take one whose architecture ends in ForCausalLM");
            }
        }
    }

    /**
     * Refuses a model that does not keep texts apart which stand in one row, by a pass over such a
     * row: the second text must have the logits that it has alone, not those behind the first.
     */
    public void checkPacking() throws IOException {
        TextEncoder.Tokens first = new TextEncoder.Tokens(2, 1, 2);
        TextEncoder.Tokens second = new TextEncoder.Tokens(1, 1, 2);
        TextEncoder.Tokens both = new TextEncoder.Tokens(2, 1, 2, 1, 1, 2);
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            TextInputs inputs = TextInputs.ofAnswers(directory, model.inputNames());
            boolean apart = start.isEmpty() && model.inputNames().contains("attention_mask");
            if (apart) {
                NDIndex end = new NDIndex("0, 3:");
                NDArray alone = logits(inputs.create(scope, List.of(second))).get(0);
                NDArray behind = logits(inputs.create(scope, List.of(both))).get(end);
                NDArray packed =
                        logits(inputs.createPacked(scope, List.of(List.of(first, second))))
                                .get(end);
                apart = distance(packed, alone) < 0.1f * distance(behind, alone);
            }
            if (!apart) {
                throw new IllegalArgumentException(
                        "The model does not keep texts apart that share a row; leave packing out,"
                                + " or open a checkpoint of a decoder");
            }
        }
    }

    private NDArray logits(NDList inputs) {
        return ModelOutputs.logits(baseOutputs(inputs));
    }

    private static float distance(NDArray one, NDArray other) {
        return one.sub(other).abs().max().getFloat();
    }

    /**
     * Returns the outputs of the base model, or of the merged one. Adapters are not switched off
     * for it: other threads may generate with them.
     */
    private NDList baseOutputs(NDList inputs) {
        return model.merged().isEmpty()
                ? model.predictions().predictAlone(inputs, Optional.empty(), () -> {})
                : model.predict(inputs);
    }

    /**
     * Continues prompts by the likeliest token, one at a time, until an end token or the limit of
     * each, and returns the new tokens without it.
     */
    public List<int[]> generate(List<int[]> prompts, int[] limits, int batchSize) {
        return generate(prompts, limits, batchSize, config.endTokens(), GenerationOptions.DEFAULT);
    }

    /** Continues prompts as above until one of the given tokens, with options. */
    public List<int[]> generate(
            List<int[]> prompts,
            int[] limits,
            int batchSize,
            Set<Integer> endTokens,
            GenerationOptions asked) {
        prompts.forEach(this::requireKnown);
        List<Continuation> texts =
                begin(
                        prompts,
                        limits,
                        config.complete(asked),
                        endTokens,
                        i -> new TextStream(tokens -> "", List.of(), null));
        complete(texts, batchSize, () -> DecoderSession.open(model));
        return texts.stream().map(Continuation::tokens).toList();
    }

    /** Begins a text for every prompt. */
    List<Continuation> begin(
            List<int[]> prompts,
            int[] limits,
            GenerationOptions options,
            Set<Integer> endTokens,
            IntFunction<TextStream> streams) {
        List<Continuation> texts = new ArrayList<>(limits.length);
        for (int i = 0; i < limits.length; i++) {
            TokenSampler sampler = new TokenSampler(options, i);
            int[] prompt = prompts.get(i);
            int[] source = start.isPresent() ? prompt : new int[0];
            texts.add(
                    new Continuation(
                            source,
                            beginning(prompt),
                            limits[i],
                            sampler,
                            endTokens,
                            streams.apply(i)));
        }
        return texts;
    }

    /** Returns what the text begins with that is generated for a prompt. */
    public int[] beginning(int... prompt) {
        return start.isPresent() ? new int[] {start.getAsInt()} : prompt;
    }

    /** Returns how many tokens a prompt and what is generated for it may have together. */
    int most() {
        return most;
    }

    /** Refuses a prompt with a token that the model does not know. */
    void requireKnown(int... prompt) {
        TextInputs.requireKnown(vocabularySize, prompt);
    }

    /** Refuses a prompt that with so many new tokens is longer than the model takes. */
    public void requireRoom(int length, int added) {
        if (length + added > most) {
            throw new IllegalArgumentException(
                    ("The prompts have %d tokens, which with %d new ones is more than the %d that"
                                    + " the model takes; shorten them or ask for fewer")
                            .formatted(length, added, most));
        }
    }

    /** Completes texts in batches of similar length. */
    void complete(List<Continuation> texts, int batchSize, Supplier<DecoderSession> sessions) {
        Decoder decoder = new Decoder(model.model().getNDManager(), sessions);
        int[] lengths =
                texts.stream().mapToInt(text -> text.source().length + text.all().length).toArray();
        for (int[] rows : BatchOrder.byLength(lengths, batchSize)) {
            decoder.complete(Arrays.stream(rows).mapToObj(texts::get).toList());
        }
    }
}
