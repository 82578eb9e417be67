/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.UnaryOperator;
import org.djladapters.model.AdaptedModel;
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
                : open(model, model::predict);
    }

    /**
     * Begins a session whose passes are run by somebody who chooses the adapters.
     *
     * @param model a causal language model
     * @param pass runs the model on its inputs, as {@link AdaptedModel#predict(NDList)} does; its
     *     outputs belong to the manager of the inputs
     * @return a session without texts
     */
    static DecoderSession open(AdaptedModel model, UnaryOperator<NDList> pass) {
        return new UncachedSession(model.inputNames(), pass);
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
