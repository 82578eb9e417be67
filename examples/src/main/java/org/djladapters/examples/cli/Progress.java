/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.tuning.ProgressListener;

/** Shows the progress of a command; this interface alone shows nothing. */
interface Progress extends ProgressListener {

    /** Called during work other than training, with its name and numbers of examples. */
    default void onWork(String what, long done, long all) {}

    /** Called during a download, with numbers of bytes. */
    default void onDownload(String file, long done, long all) {}

    /** Removes a progress bar, at the end of work or before other output. */
    default void clear() {}

    @Override
    default void onMeasure(int done, int all) {
        onWork("evaluate", done, all);
    }
}
