/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;

/**
 * The form of a model's inputs of text.
 *
 * @param padTokenId the token that fills up short texts
 * @param least the length to which all texts are filled up; 0 for that of the longest
 * @param vocabularySize the number of tokens that the model knows, if its files tell
 */
public record TextInputs(
        List<String> names, int padTokenId, int least, OptionalInt vocabularySize) {

    private static final String INPUT_IDS = "input_ids";
    private static final String ATTENTION_MASK = "attention_mask";
    private static final String TOKEN_TYPE_IDS = "token_type_ids";
    private static final String PADDING = "pad_token";

    /** What a decoder reads that answers the texts of the other inputs. */
    private static final String DECODER_INPUT_IDS = "decoder_input_ids";

    public static TextInputs of(ModelDirectory model, List<String> names) throws IOException {
        check(names);
        return ofAnswers(model, names);
    }

    /** Describes inputs that may include those of a decoder, which has answers to the texts. */
    public static TextInputs ofAnswers(ModelDirectory model, List<String> names)
            throws IOException {
        checkAnswers(names);
        boolean filled = model.traits().filledTexts();
        return new TextInputs(
                names,
                filled ? filler(model) : model.padTokenId().orElse(0),
                filled ? model.maxPositions().orElse(0) : 0,
                model.vocabularySize());
    }

    /** Models that read what fills texts up learned of that of their tokenizer. */
    private static int filler(ModelDirectory model) throws IOException {
        JsonFields tokenizer = model.fields("tokenizer_config.json");
        JsonFields tokens = tokenizer.within("added_tokens_decoder");
        Optional<String> named = tokenizer.text(PADDING);
        Optional<String> token =
                named.isPresent() ? named : tokenizer.within(PADDING).text("content");
        return tokens.json().keySet().stream()
                .filter(id -> id.matches("\\d{1,9}"))
                .filter(id -> token.isPresent() && token.equals(tokens.within(id).text("content")))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(model.padTokenId().orElse(1));
    }

    /** Tells whether a model has a decoder that answers texts apart from reading them. */
    public static boolean haveDecoder(List<String> names) {
        return names.stream().anyMatch(TextInputs::isOfDecoder);
    }

    /** Tells whether an input is one of answers instead of the texts that are answered. */
    public static boolean isOfDecoder(String name) {
        return name.equals(DECODER_INPUT_IDS);
    }

    /** Refuses inputs that text can't give. */
    public static void check(List<String> names) {
        if (haveDecoder(names)) {
            throw new IllegalArgumentException(
                    "The model answers texts with texts, which is all that it can be trained for or"
                            + " asked; for anything else open its encoder alone, with the class"
                            + " T5EncoderModel in architectures of config.json");
        }
        checkAnswers(names);
    }

    /** Refuses inputs that text can't give, nor answers to it. */
    public static void checkAnswers(List<String> names) {
        Set<String> known = Set.of(INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS, DECODER_INPUT_IDS);
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        ("Text can't fill the model input '%s': only %s, %s and %s; of a model of"
                             + " texts and images open the tower for texts (--tower, optTower)")
                                .formatted(name, INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS));
            }
        }
        if (!names.contains(INPUT_IDS)) {
            throw new IllegalArgumentException(
                    "A model of text has an input %s, but this one has %s"
                            .formatted(INPUT_IDS, names));
        }
    }

    /** Creates int64 arrays of shape (number of texts, length of the longest or the least one). */
    public NDList create(NDManager manager, List<TextEncoder.Tokens> texts) {
        return create(manager, texts, texts);
    }

    /** Creates the same, and for a decoder an array of what it reads of as many answers. */
    public NDList create(
            NDManager manager, List<TextEncoder.Tokens> texts, List<TextEncoder.Tokens> answers) {
        NDList list = new NDList(names.size());
        for (String name : names) {
            List<TextEncoder.Tokens> read = isOfDecoder(name) ? answers : texts;
            int length =
                    read.stream().mapToInt(TextEncoder.Tokens::length).reduce(least, Math::max);
            long[] values = new long[read.size() * length];
            fill(values, read, length, name);
            list.add(manager.create(values, new Shape(read.size(), length)));
        }
        return list;
    }

    /**
     * Creates the same with several texts one after another in a row. The attention mask numbers
     * the texts of a row from 1 on, by which models keep them apart.
     */
    public NDList createPacked(NDManager manager, List<List<TextEncoder.Tokens>> rows) {
        int length =
                rows.stream()
                        .mapToInt(row -> row.stream().mapToInt(TextEncoder.Tokens::length).sum())
                        .reduce(least, Math::max);
        NDList list = new NDList(names.size());
        for (String name : names) {
            long[] values = new long[rows.size() * length];
            begin(values, name);
            for (int b = 0; b < rows.size(); b++) {
                int start = b * length;
                int number = 1;
                for (TextEncoder.Tokens text : rows.get(b)) {
                    put(values, start, text, name, number);
                    start += text.length();
                    number++;
                }
            }
            list.add(manager.create(values, new Shape(rows.size(), length)));
        }
        return list;
    }

    private void fill(long[] values, List<TextEncoder.Tokens> texts, int length, String name) {
        begin(values, name);
        for (int b = 0; b < texts.size(); b++) {
            put(values, b * length, texts.get(b), name, 1);
        }
    }

    /** Returns what fills up short texts in one of the arrays. */
    public int filler(int input) {
        String name = names.get(input);
        return name.equals(INPUT_IDS) || isOfDecoder(name) ? padTokenId : 0;
    }

    private void begin(long[] values, String name) {
        if (name.equals(INPUT_IDS) || isOfDecoder(name)) {
            Arrays.fill(values, padTokenId);
        }
    }

    private void put(long[] values, int start, TextEncoder.Tokens text, String name, int number) {
        int[] known =
                switch (name) {
                    case INPUT_IDS, DECODER_INPUT_IDS -> requireKnown(vocabularySize, text.ids());
                    case TOKEN_TYPE_IDS -> text.typeIds();
                    default -> null;
                };
        for (int i = 0; i < text.length(); i++) {
            values[start + i] = known == null ? number : known[i];
        }
    }

    /** Refuses tokens without an embedding: the engine's message would only name an index. */
    public static int[] requireKnown(OptionalInt vocabularySize, int... ids) {
        for (int id : ids) {
            if (vocabularySize.isPresent() && id >= vocabularySize.getAsInt()) {
                throw new IllegalArgumentException(
                        ("A text has the token %d, but the model has %d tokens (vocab_size of"
                                        + " config.json); take the tokenizer.json that belongs to"
                                        + " the model")
                                .formatted(id, vocabularySize.getAsInt()));
            }
        }
        return ids;
    }
}
