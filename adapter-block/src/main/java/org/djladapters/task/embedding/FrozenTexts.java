/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.model.AdaptedModel;

/**
 * Vectors that a model gives texts without any adapter. Each text, prompt included, is embedded
 * once and kept.
 */
public final class FrozenTexts {

    private static final int BATCH_SIZE = 64;

    private final AdaptedModel model;
    private final SentenceEncoder encoder;
    private final Map<String, float[]> known = new HashMap<>();

    FrozenTexts(AdaptedModel model, SentenceEncoder encoder) {
        this.model = model;
        this.encoder = encoder;
    }

    /** Adds a vector that is known already. */
    void put(String text, float[] vector) {
        known.put(text, vector);
    }

    /** Returns the numbers of the vectors of texts, end to end. */
    float[] values(List<String> texts, EmbeddedTexts.Progress progress) {
        List<String> missing =
                texts.stream().filter(text -> !known.containsKey(text)).distinct().toList();
        progress.add(texts.size() - missing.size());
        if (!missing.isEmpty()) {
            embed(missing, progress);
        }
        int width = known.get(texts.get(0)).length;
        float[] values = new float[Math.multiplyExact(texts.size(), width)];
        for (int i = 0; i < texts.size(); i++) {
            System.arraycopy(known.get(texts.get(i)), 0, values, i * width, width);
        }
        return values;
    }

    private void embed(List<String> texts, EmbeddedTexts.Progress progress) {
        AdaptedModel.Scope baseOnly = model.disable();
        try (baseOnly;
                NDManager scope = model.model().getNDManager().newSubManager()) {
            float[] values =
                    TextEmbeddings.of(model, encoder, texts, BATCH_SIZE).values(scope, progress);
            int width = values.length / texts.size();
            for (int i = 0; i < texts.size(); i++) {
                float[] vector = new float[width];
                System.arraycopy(values, i * width, vector, 0, width);
                known.put(texts.get(i), vector);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Returns texts whose vectors never change. */
    EmbeddedTexts of(List<String> texts) {
        return new EmbeddedTexts() {
            @Override
            public int size() {
                return texts.size();
            }

            @Override
            public NDArray compute(NDManager owner, Progress progress) {
                float[] values = values(texts, progress);
                return owner.create(values, new Shape(texts.size(), values.length / texts.size()));
            }
        };
    }
}
