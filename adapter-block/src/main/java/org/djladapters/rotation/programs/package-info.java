/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The native programs of rotations and products, as TorchScript source in resources, and beside
 * each the class that calls it.
 *
 * <p>{@link org.djladapters.rotation.programs.CompoundKernel}, {@link
 * org.djladapters.rotation.programs.OrthogonalKernel}, {@link
 * org.djladapters.rotation.programs.LowRankKernel} and {@link
 * org.djladapters.rotation.programs.TransformKernel} do the work in few native calls for all
 * layers; {@link org.djladapters.rotation.programs.CompoundBackward} and {@link
 * org.djladapters.rotation.programs.LowRankBackward} compute the gradient of an adapter from what a
 * pass has saved.
 */
@Internal
package org.djladapters.rotation.programs;

import org.djladapters.io.Internal;
