/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.SentenceSettings;

/**
 * Embeds texts as training and evaluation do.
 *
 * @param inputs makes a model's inputs
 * @param encoder makes tokens of texts
 * @param sentences how the model makes one vector of a text
 */
record EmbeddingTranslator(TextInputs inputs, TextEncoder encoder, SentenceSettings sentences)
        implements Translator<String, float[]> {

    private static final String INPUTS = "inputs";

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
        NDList arrays =
                inputs.create(
                        context.getNDManager(),
                        texts.stream()
                                .map(text -> encoder.encode(sentences.plain(text), null))
                                .toList());
        context.setAttachment(INPUTS, arrays);
        return arrays;
    }

    @Override
    public List<float[]> batchProcessOutput(TranslatorContext context, NDList outputs) {
        NDList arrays = (NDList) context.getAttachment(INPUTS);
        NDArray embedded = SentencePooling.of(sentences, inputs.names()).vectors(arrays, outputs);
        TaskHead.requireFinite(embedded);
        float[] all = embedded.toFloatArray();
        int width = (int) embedded.getShape().get(1);
        List<float[]> rows = new ArrayList<>();
        for (int start = 0; start < all.length; start += width) {
            rows.add(Arrays.copyOfRange(all, start, start + width));
        }
        return rows;
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) {
        NDList batch = batchProcessInput(context, List.of(text));
        NDList one = new NDList();
        batch.forEach(array -> one.add(array.squeeze(0)));
        return one;
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
        NDList batch = new NDList();
        for (NDArray output : outputs) {
            NDArray one = output.expandDims(0);
            one.setName(output.getName());
            batch.add(one);
        }
        return batchProcessOutput(context, batch).get(0);
    }
}
