/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

/**
 * Learns of adapters that others take the place of: an index whose vectors an adapter made is
 * filled again then, for example.
 */
@FunctionalInterface
public interface AdapterListener {

    /**
     * Is called after another adapter has taken the place of one ({@code AdapterDirectory.replace})
     * or has given it its values ({@code AdapterDirectory.swap}), by the thread that did it. What
     * this throws is logged and changes nothing.
     *
     * @param name the name of both
     */
    void adapterReplaced(String name);
}
