/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.tuning.ProgressListener;

/** Shows how far a command is; this one shows nothing. */
interface Progress extends ProgressListener {

    /**
     * Called as work other than training goes on.
     *
     * @param what what is done, in one word
     * @param done how many examples are done
     * @param all how many there are
     */
    default void onWork(String what, long done, long all) {}

    /**
     * Called as a file comes from elsewhere.
     *
     * @param done how many bytes have come
     * @param all how many it has
     */
    default void onDownload(String file, long done, long all) {}

    /** Called when work is over or something else is printed: what moves is taken away. */
    default void clear() {}

    @Override
    default void onMeasure(int done, int all) {
        onWork("evaluate", done, all);
    }
}
