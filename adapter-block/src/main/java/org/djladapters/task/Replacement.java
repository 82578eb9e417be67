/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDList;
import ai.djl.util.StringPair;
import org.djladapters.checkpoint.AdapterDirectory;

/**
 * The choice of what happens when another adapter takes the place of the one that something was
 * opened for, see {@link AdapterDirectory#replace}. In both cases every request is answered, by one
 * of the two adapters alone. {@link AdapterDirectory#swap} changes an adapter itself, which is seen
 * at once by all that was opened for it.
 */
public enum Replacement {

    /**
     * Requests that begin afterwards are answered by the new adapter. Right for predictions whose
     * meaning does not depend on the adapter: classes, numbers, entities, answers.
     */
    FOLLOW,

    /**
     * Requests are answered by the adapter that was there first, which stays in memory until what
     * was opened for it is closed. Right for vectors, which are compared with those of an index:
     * these are of one adapter.
     */
    KEEP;

    /** Returns the usual choice for types of predictions; numbers of a pair are its score. */
    static Replacement of(Class<?> input, Class<?> output) {
        boolean vector = output == float[].class && input != StringPair.class;
        return vector || output == NDList.class ? KEEP : FOLLOW;
    }
}
