/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskInputs;

/** Texts that a model embeds, as often as its adapters change. They are tokenized once. */
public record TextEmbeddings(
        AdaptedModel model,
        SentencePooling pooling,
        TextInputs inputs,
        List<TextEncoder.Tokens> texts,
        List<int[]> batches)
        implements EmbeddedTexts {

    /** Tokenizes texts. */
    public static TextEmbeddings of(
            AdaptedModel model, SentenceEncoder encoder, List<String> texts, int batchSize)
            throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        List<TextEncoder.Tokens> tokens = new ArrayList<>(texts.size());
        try (TextEncoder tokenizer = TextEncoder.open(directory, encoder.maxLength())) {
            texts.forEach(text -> tokens.add(tokenizer.encode(text, null)));
        }
        int[] lengths = tokens.stream().mapToInt(TextEncoder.Tokens::length).toArray();
        return new TextEmbeddings(
                model,
                encoder.pooling(model.inputNames()),
                TextInputs.of(directory, model.inputNames()),
                tokens,
                BatchOrder.byLength(lengths, batchSize));
    }

    @Override
    public int size() {
        return texts.size();
    }

    @Override
    public NDArray compute(NDManager owner, Progress progress) {
        float[] all = values(owner, progress);
        return owner.create(all, new Shape(texts.size(), all.length / texts.size()));
    }

    /** Embeds the texts likewise, and returns the numbers of all rows, end to end. */
    public float[] values(NDManager owner, Progress progress) {
        float[] all = new float[0];
        int width = 0;
        for (int[] rows : batches) {
            try (NDManager scope = owner.newSubManager()) {
                NDList arrays =
                        inputs.create(scope, Arrays.stream(rows).mapToObj(texts::get).toList());
                NDArray embedded = pooling.vectors(arrays, model.predict(arrays));
                ModelOutputs.requireFinite(embedded);
                float[] values = embedded.toFloatArray();
                if (width == 0) {
                    width = values.length / rows.length;
                    all = new float[Math.multiplyExact(texts.size(), width)];
                }
                progress.add(rows.length);
                for (int i = 0; i < rows.length; i++) {
                    System.arraycopy(values, i * width, all, rows[i] * width, width);
                }
            }
        }
        return all;
    }
}
