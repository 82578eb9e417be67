/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import org.djladapters.adapter.Adapter;

/**
 * An adapter that predicts until this is closed, even if another one has taken its place in the
 * model meanwhile. It does not outlive its deletion.
 */
public interface KeptAdapter extends AutoCloseable {

    Adapter adapter();

    /** Releases the adapter if another one has its place and nobody else keeps it. */
    @Override
    void close();
}
