/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

/** Compares a query with vectors. */
@FunctionalInterface
interface Similarity {

    /** Returns how similar the vector of a place is to the query; more is nearer. */
    float of(int place);
}
