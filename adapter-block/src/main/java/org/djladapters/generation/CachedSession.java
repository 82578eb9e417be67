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
import java.util.ArrayList;
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

    /**
     * The method of programs that takes new tokens, the mask of all, and the cache; with an encoder
     * also the ids and the mask of the texts that are answered, and what is kept of these.
     */
    private static final String NEXT = "djladapters_next";

    private static final int LOGITS = 0;
    private static final int CACHE = 1;
    private static final int KEPT = 2;

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

    /** The texts that are answered, ids and mask (B, S); null for a model without an encoder. */
    private NDList source;

    /** Keys and values of these (L, 2, B, K, S, D), null for none. */
    private NDArray kept;

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
    public void read(NDArray inputIds, NDArray attentionMask) {
        source = new NDList(own(inputIds.duplicate()), own(attentionMask.duplicate()));
    }

    @Override
    public NDArray next(NDArray inputIds, NDArray attentionMask) {
        NDArray all = ids == null ? inputIds.duplicate() : ids.concat(inputIds, 1);
        ids = replace(ids, all);
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
            Shape nothing = new Shape(0);
            NDArray before = known ? cache : scope.create(nothing);
            List<NDArray> text = List.of(tokens, attentionMask, before);
            List<NDArray> answered = new ArrayList<>();
            if (source != null) {
                answered.addAll(source);
                answered.add(known ? kept : scope.create(nothing));
            }
            NDList results = program.call(NEXT, scope, text, answered);
            cache = replace(cache, results.get(CACHE));
            if (source != null) {
                kept = replace(kept, results.get(KEPT));
            }
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
            NDIndex first = new NDIndex("{}", index);
            NDIndex third = new NDIndex(":, :, {}", index);
            ids = replace(ids, ids.get(first));
            if (cache != null) {
                cache = replace(cache, cache.get(third));
            }
            if (source != null) {
                source.replaceAll(array -> replace(array, array.get(first)));
                kept = replace(kept, kept.get(third));
            }
        }
    }

    /** Closes an array, null for none, in whose place another one comes, and returns this one. */
    private NDArray replace(NDArray old, NDArray array) {
        if (old != null) {
            old.close();
        }
        return own(array);
    }

    /** Lets an array live as long as this session needs it, whatever scope the caller has open. */
    private NDArray own(NDArray array) {
        array.attach(manager);
        NDScope.unregister(array);
        return array;
    }

    @Override
    public void close() {
        manager.close();
    }
}
