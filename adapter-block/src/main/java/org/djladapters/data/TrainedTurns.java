/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

/** The turns of a conversation that a language model learns, all of them the assistant's. */
public enum TrainedTurns {
    /** The last one, as it answers what was said before. */
    LAST,

    /** Every one, each as it answers what was said before it. */
    ALL
}
