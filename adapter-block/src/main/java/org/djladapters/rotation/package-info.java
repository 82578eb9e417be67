/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Orthogonal maps, compound matrices and weight transforms on the native engine.
 *
 * <p>A rotation Q of size n is made of n(n-1)/2 numbers by an {@link
 * org.djladapters.rotation.OrthogonalMap}. Its k-th compound matrix C<sub>k</sub>(Q) has the
 * determinants of all k &times; k submatrices as entries; a {@link
 * org.djladapters.rotation.CompoundLayout} says how C<sub>k</sub> of several orders fill the blocks
 * on the diagonal of a rotation C of a layer's outputs, a {@link
 * org.djladapters.rotation.CompoundForm} how they are made.
 *
 * <p>{@link org.djladapters.rotation.WeightTransform} is what every method is made of: rotations of
 * inputs and outputs, a low-rank product, norms and factors. It acts on a weight, or on
 * activations. {@link org.djladapters.rotation.CompoundKernel}, {@link
 * org.djladapters.rotation.OrthogonalKernel}, {@link org.djladapters.rotation.LowRankKernel} and
 * {@link org.djladapters.rotation.TransformKernel} do the work in few native calls for all layers;
 * a {@link org.djladapters.rotation.CustomBackward} computes the gradient of an adapter from what a
 * pass has saved. The programs that they call are TorchScript source, resources beside the classes.
 *
 * <p>Nothing here knows of models.
 */
package org.djladapters.rotation;
