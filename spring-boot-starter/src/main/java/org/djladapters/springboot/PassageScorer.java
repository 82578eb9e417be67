/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import ai.djl.util.StringPair;
import java.util.List;

/**
 * Scores passages for a query, to rank what a search has found again: a model that reads a query
 * and a passage as a pair and gives one number, with the newest version of one of its adapters.
 */
public final class PassageScorer {

    private final AdapterPool pool;
    private final String adapter;

    PassageScorer(AdapterPool pool, String adapter) {
        this.pool = pool;
        this.adapter = adapter;
    }

    /**
     * Returns a scorer with another adapter.
     *
     * @param name the name of the adapter, empty for the base model; it may come later
     */
    public PassageScorer withAdapter(String name) {
        return new PassageScorer(pool, name);
    }

    /**
     * Scores passages.
     *
     * @param query the query
     * @param passages the passages
     * @return a score for each, in their order, the larger the better
     * @throws UnknownAdapterException if there is no such adapter
     * @throws IllegalArgumentException if it does not score pairs of texts
     */
    public List<Float> score(String query, List<String> passages) {
        return pool.predict(
                adapter,
                StringPair.class,
                Float.class,
                passages.stream().map(passage -> new StringPair(query, passage)).toList());
    }
}
