/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import org.djladapters.io.Internal;

/**
 * A matrix B A of low rank r that is added to a weight, scaled already.
 *
 * @param down A, of shape (r, in); for a convolution, in is the number of a filter's entries
 * @param up B, of shape (out, r)
 * @param dropout the probability with which an input of A is left out, of shape (1); null for none
 */
@Internal
public record LowRank(NDArray down, NDArray up, NDArray dropout) {}
