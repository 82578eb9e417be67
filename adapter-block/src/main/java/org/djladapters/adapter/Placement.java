/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import org.djladapters.io.Internal;

/** How a pass of a model serves a target module. */
@Internal
public enum Placement {
    /**
     * The socket computes with W' outside of autograd, and the gradients of the adapter are
     * computed from what the pass saved: the cheapest way to train.
     */
    CUSTOM_BACKWARD,

    /** The transform acts on activations inside the socket, where autograd sees it. */
    ACTIVATIONS,

    /** W' takes the place of the weight: predictions, native Blocks, several adapters. */
    WEIGHT
}
