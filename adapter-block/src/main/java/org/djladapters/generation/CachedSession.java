/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.ProgramMethods;

/**
 * A session that remembers the keys and values of all tokens, so that a new token costs a pass over
 * itself alone.
 *
 * <p>What is remembered was computed with the adapters of its time. Where these have changed since
 * the last pass, all tokens are read again with those of now: the logits are what a pass over the
 * whole text gives.
 */
final class CachedSession implements DecoderSession {

    /** The method of programs that takes new tokens, the mask of all, and the cache. */
    private static final String NEXT = "djladapters_next";

    private static final int LOGITS = 0;
    private static final int CACHE = 1;

    /** Runs a pass, which takes a mark of the adapters that are applied. */
    @FunctionalInterface
    interface Passes {
        NDArray run(Function<Object, NDArray> pass);
    }

    private final ProgramMethods program;
    private final Passes passes;
    private final NDManager manager;

    /** All tokens so far (B, S), null for none. */
    private NDArray ids;

    /** Keys and values (L, 2, B, K, room, D), null for none. */
    private NDArray cache;

    /** The mark of the adapters with which these were computed. */
    private Object shown;

    CachedSession(BaseModel model, Passes passes) {
        program = model.methods().orElseThrow();
        this.passes = passes;
        manager = model.manager().newSubManager();
    }

    /** Tells whether a model's program can remember keys and values. */
    static boolean serves(BaseModel model) {
        return model.methods().filter(methods -> methods.has(NEXT)).isPresent();
    }

    @Override
    public NDArray next(NDArray inputIds, NDArray attentionMask) {
        NDArray all = ids == null ? inputIds.duplicate() : ids.concat(inputIds, 1);
        replaceIds(all);
        return passes.run(
                now -> {
                    boolean known = cache != null && now == shown;
                    NDArray tokens = known ? inputIds : all;
                    NDArray logits = next(tokens, attentionMask, known, now);
                    if (logits.isEmpty()) { // the cache is of no use any more
                        logits.close();
                        logits = next(all, attentionMask, false, now);
                    }
                    logits.attach(inputIds.getManager());
                    return logits;
                });
    }

    private NDArray next(NDArray tokens, NDArray attentionMask, boolean known, Object now) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray before = known ? cache : scope.create(new Shape(0));
            NDList results =
                    program.call(NEXT, scope, List.of(tokens, attentionMask, before), List.of());
            replaceCache(results.get(CACHE));
            shown = now;
            NDArray logits = results.get(LOGITS);
            logits.attach(manager);
            return logits;
        }
    }

    @Override
    public void keep(long... rows) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray index = scope.create(rows);
            replaceIds(ids.get(new NDIndex("{}", index)));
            if (cache != null) {
                replaceCache(cache.get(new NDIndex(":, :, {}", index)));
            }
        }
    }

    private void replaceIds(NDArray array) {
        if (ids != null) {
            ids.close();
        }
        own(array);
        ids = array;
    }

    private void replaceCache(NDArray array) {
        if (cache != null) {
            cache.close();
        }
        own(array);
        cache = array;
    }

    /** Lets an array live as long as this session needs it, whatever scope the caller has open. */
    private void own(NDArray array) {
        array.attach(manager);
        NDScope.unregister(array);
    }

    @Override
    public void close() {
        manager.close();
    }
}
