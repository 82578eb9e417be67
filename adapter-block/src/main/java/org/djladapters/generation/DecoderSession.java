/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.Predictions;
import org.djladapters.surgery.BaseModel;

/**
 * A batch of texts that a model continues, token by token.
 *
 * <p>Shorter texts are filled up at the left, so that all end together. A session is used by one
 * thread; several may run on one model.
 */
interface DecoderSession extends AutoCloseable {

    /** Begins a session with whatever adapters the model shows at each pass. */
    static DecoderSession open(AdaptedModel model) {
        Predictions predictions = model.predictions();
        return open(
                model,
                pass -> predictions.call(shown -> {}, pass),
                inputs -> predictions.predict(inputs, shown -> {}));
    }

    /** Begins a session with one adapter alone, or with the base model, whatever is active. */
    static DecoderSession open(AdaptedModel model, Optional<Adapter> adapter) {
        Predictions predictions = model.predictions();
        return open(
                model,
                pass -> predictions.callAlone(adapter, pass),
                inputs -> predictions.predictAlone(inputs, adapter, () -> {}));
    }

    /** Begins a session, which remembers keys and values if the model's program can. */
    private static DecoderSession open(
            AdaptedModel model, CachedSession.Passes cached, UnaryOperator<NDList> whole) {
        BaseModel base = model.baseModel();
        return CachedSession.serves(base)
                ? new CachedSession(base, cached)
                : new UncachedSession(model.inputNames(), whole);
    }

    /**
     * Reads the texts that are answered, for a model with an encoder, before anything else. The
     * prompts of {@link #next} are the beginnings of their answers then.
     *
     * @param inputIds int64 of shape (B, S), filled up at the left with any token
     * @param attentionMask int64 of the same shape: 1 for a token, 0 for what fills up
     */
    void read(NDArray inputIds, NDArray attentionMask);

    /**
     * Reads tokens and predicts the one after them.
     *
     * @param inputIds what is new, int64 of shape (B, T): in the first call the prompts, filled up
     *     at the left with any token, later T = 1
     * @param attentionMask int64 of shape (B, S): 1 for a token, 0 for what fills up, for all S
     *     places of the texts so far, the new ones included
     * @return the logits of the next token, of shape (B, vocabulary); owned by the manager of
     *     {@code inputIds}
     */
    NDArray next(NDArray inputIds, NDArray attentionMask);

    /** Keeps the texts of these rows, which ascend, and drops the others. */
    void keep(long... rows);

    /** Releases what the session remembers. */
    @Override
    void close();
}
