/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Rotations and weight transforms.
 *
 * <p>A rotation Q of size n is made of n(n-1)/2 parameters by an {@link
 * org.djladapters.rotation.OrthogonalMap}. Its k-th compound matrix C<sub>k</sub>(Q) has the
 * determinants of all k &times; k submatrices as entries; a {@link
 * org.djladapters.rotation.CompoundLayout} says how C<sub>k</sub> of several orders fill the blocks
 * on the diagonal of a rotation C of a layer's outputs, and a {@link
 * org.djladapters.rotation.CompoundForm} how these blocks are made of parameters.
 *
 * <p>{@link org.djladapters.rotation.WeightTransform} is what every method is made of: rotations of
 * inputs and outputs, a low-rank product, norms and factors. It acts on a weight, or on
 * activations. A {@link org.djladapters.rotation.CustomBackward} computes the gradient of an
 * adapter from what a pass has saved.
 *
 * <p>Nothing here knows of models.
 */
package org.djladapters.rotation;
