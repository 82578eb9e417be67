/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

/** Shows how much of a file has been downloaded. */
final class DownloadProgress implements ai.djl.util.Progress {

    private final Progress shown;
    private String file = "";
    private long done;
    private long all;

    DownloadProgress(Progress shown) {
        this.shown = shown;
    }

    @Override
    public void reset(String message, long max, String trailingMessage) {
        file = message;
        all = max;
        done = 0;
    }

    @Override
    public void start(long initialProgress) {
        update(initialProgress, null);
    }

    @Override
    public void increment(long increment) {
        update(done + increment, null);
    }

    @Override
    public void update(long progress, String additionalMessage) {
        done = progress;
        shown.onDownload(file, done, all);
    }

    @Override
    public void end() {
        shown.clear();
    }
}
