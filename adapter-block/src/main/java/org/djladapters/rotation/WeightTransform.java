/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;

/**
 * What an adapter does to one weight: W' = diag(s) C<sup>T</sup> W, or on activations y' = (y C)
 * &#8857; s.
 *
 * <p>C is a sequence of steps, each a gather of the rotated coordinates followed by a product with
 * a block-diagonal matrix from the right.
 *
 * @param rotation the blocks, of shape (steps, blocks, b, b)
 * @param index the gathers, int64 of shape (steps + 1, blocks &middot; b), or null for none
 * @param scale the factors s, of shape (features), or null for none
 */
public record WeightTransform(NDArray rotation, NDArray index, NDArray scale) {}
