/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import org.djladapters.io.Internal;

/**
 * A linear map of the first coordinates of a vector: a sequence of steps, each a gather of the
 * coordinates followed by a product with a block-diagonal matrix from the right. The coordinates
 * beyond the blocks are left alone.
 *
 * @param blocks the blocks, of shape (steps, blocks, b, b)
 * @param index the gathers, permutations of int64 of shape (steps + 1, blocks &middot; b): one
 *     before every step and one after the last; null for none
 */
@Internal
public record BlockRotation(NDArray blocks, NDArray index) {}
