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
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.hub.ModelDirectory;

/**
 * The form of a model's inputs of text.
 *
 * @param padTokenId the token that fills up short texts
 * @param vocabularySize the number of tokens that the model knows, if its files tell
 */
public record TextInputs(List<String> names, int padTokenId, OptionalInt vocabularySize) {

    private static final String INPUT_IDS = "input_ids";
    private static final String ATTENTION_MASK = "attention_mask";
    private static final String TOKEN_TYPE_IDS = "token_type_ids";

    public static TextInputs of(ModelDirectory model, List<String> names) throws IOException {
        check(names);
        return new TextInputs(names, model.padTokenId().orElse(0), model.vocabularySize());
    }

    /** Refuses inputs that text can't give. */
    public static void check(List<String> names) {
        Set<String> known = Set.of(INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS);
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "Text can't fill the model input '%s': only %s, %s and %s"
                                .formatted(name, INPUT_IDS, ATTENTION_MASK, TOKEN_TYPE_IDS));
            }
        }
        if (!names.contains(INPUT_IDS)) {
            throw new IllegalArgumentException(
                    "A model of text has an input %s, but this one has %s"
                            .formatted(INPUT_IDS, names));
        }
    }

    /** Creates int64 arrays of shape (number of texts, length of the longest). */
    public NDList create(NDManager manager, List<TextEncoder.Tokens> texts) {
        int length = texts.stream().mapToInt(TextEncoder.Tokens::length).max().orElse(0);
        NDList list = new NDList(names.size());
        for (String name : names) {
            long[] values = new long[texts.size() * length];
            fill(values, texts, length, name);
            list.add(manager.create(values, new Shape(texts.size(), length)));
        }
        return list;
    }

    private void fill(long[] values, List<TextEncoder.Tokens> texts, int length, String name) {
        if (name.equals(INPUT_IDS)) {
            Arrays.fill(values, padTokenId);
        }
        for (int b = 0; b < texts.size(); b++) {
            TextEncoder.Tokens text = texts.get(b);
            int[] known =
                    switch (name) {
                        case INPUT_IDS -> requireKnown(vocabularySize, text.ids());
                        case TOKEN_TYPE_IDS -> text.typeIds();
                        default -> null;
                    };
            for (int i = 0; i < text.length(); i++) {
                values[b * length + i] = known == null ? 1 : known[i];
            }
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
