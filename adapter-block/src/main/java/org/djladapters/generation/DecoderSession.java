/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.model.access.ModelAccess;

/**
 * A batch of texts that a model continues, token by token.
 *
 * <p>Shorter texts are filled up at the left, so that all end together. A session is used by one
 * thread; several may run on one model.
 */
interface DecoderSession extends AutoCloseable {

    /**
     * Begins a session with whatever adapters the model shows at each pass.
     *
     * @param model a causal language model
     * @return a session without texts
     */
    static DecoderSession open(AdaptedModel model) {
        ModelAccess access = ModelAccess.of(model);
        return CachedSession.serves(access)
                ? new CachedSession(access, access::infer)
                : new UncachedSession(model.inputNames(), model::predict);
    }

    /**
     * Begins a session with one adapter alone, whatever is active.
     *
     * @param model a causal language model
     * @param adapter the adapter's name, {@link AdaptedModel#BASE} for the base model
     * @return a session without texts
     * @throws IllegalArgumentException if there is no adapter of that name
     */
    static DecoderSession open(AdaptedModel model, String adapter) {
        ModelAccess access = ModelAccess.of(model);
        Optional<Adapter> alone =
                adapter.equals(AdaptedModel.BASE)
                        ? Optional.empty()
                        : Optional.of(model.adapter(adapter));
        return CachedSession.serves(access)
                ? new CachedSession(access, pass -> access.inferAlone(adapter, pass))
                : new UncachedSession(
                        model.inputNames(), inputs -> access.predictAlone(inputs, alone, () -> {}));
    }

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

    /**
     * Drops texts; the others keep their order.
     *
     * @param rows the rows that stay, ascending
     */
    void keep(long... rows);

    /** Releases what the session remembers. */
    @Override
    void close();
}
