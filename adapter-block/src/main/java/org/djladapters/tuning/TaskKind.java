/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

/** What a model is asked for: one of several classes, or a number. */
public enum TaskKind {
    /** One of a fixed set of labels; a head gives one logit per label. */
    CLASSIFICATION,

    /** A real number; a head gives one value. */
    REGRESSION
}
