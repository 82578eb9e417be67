/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskTranslator;

/** Translates texts to vectors as training and evaluation do. */
public record SentenceTranslator(
        TextInputs inputs, TextEncoder encoder, SentenceSettings settings, SentencePooling pooling)
        implements TaskTranslator<String, float[]> {

    private static final String INPUTS = "inputs";

    /** Returns the tokens that the model reads of a text. */
    public TextEncoder.Tokens tokens(String text) {
        return encoder.encode(settings.plain(text), null);
    }

    /** Returns the number of tokens that only begin and end the tokens of a text. */
    public int specialTokens() {
        return encoder.encode("", null).length();
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
        NDList arrays =
                inputs.create(context.getNDManager(), texts.stream().map(this::tokens).toList());
        context.setAttachment(INPUTS, arrays);
        return arrays;
    }

    @Override
    public List<float[]> batchProcessOutput(TranslatorContext context, NDList outputs) {
        return rows(pooling.vectors((NDList) context.getAttachment(INPUTS), outputs));
    }

    /** Returns the rows of finite vectors. */
    static List<float[]> rows(NDArray vectors) {
        ModelOutputs.requireFinite(vectors);
        float[] all = vectors.toFloatArray();
        int width = (int) vectors.getShape().get(1);
        List<float[]> rows = new ArrayList<>();
        for (int start = 0; start < all.length; start += width) {
            rows.add(Arrays.copyOfRange(all, start, start + width));
        }
        return rows;
    }
}
