/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.io.Internal;

/**
 * The change that an adapter makes to one layer y = x W<sup>T</sup> + b: the layer becomes
 *
 * <p>W' = P<sup>T</sup> diag(s) C<sup>T</sup> N(W R<sup>T</sup> + D + B A), b' = P<sup>T</sup> (b +
 * t),
 *
 * <p>or, without touching W, y' = (((x R W<sup>T</sup> + x D<sup>T</sup> + x A<sup>T</sup>
 * B<sup>T</sup>) N C) &#8857; s + b + t) P. N scales every row to a given norm: it divides by the
 * row's own norm, which counts as a constant for gradients, and multiplies by the magnitude. P maps
 * the results, z P = z &#8857; g + J(z) &#8857; u, where J turns the plane of every z<sub>i</sub>
 * and z<sub>i+h</sub> by a quarter: it puts -z<sub>i+h</sub> in the place of z<sub>i</sub> and
 * z<sub>i</sub> in that of z<sub>i+h</sub>, in groups of 2h outputs. Every part may be null, which
 * leaves it out.
 *
 * @param input the rotation R of the inputs; of the entries of a filter for a convolution
 * @param dense the matrix D of shape (out, in)
 * @param lowRank the low-rank product B A
 * @param output the rotation C of the outputs
 * @param scale the factors s of the outputs before the bias, of shape (out)
 * @param magnitude the norms that N gives the rows, of shape (out)
 * @param shift what is added to the bias, t, of shape (out)
 * @param factor the factors g of the results, which have the bias, of shape (out)
 * @param turn the factors u of the turned results, of shape (out / 2h, 2, h)
 */
@Internal
public record WeightTransform(
        BlockRotation input,
        NDArray dense,
        LowRank lowRank,
        BlockRotation output,
        NDArray scale,
        NDArray magnitude,
        NDArray shift,
        NDArray factor,
        NDArray turn) {

    /** The transform that changes nothing. */
    public static final WeightTransform IDENTITY =
            new WeightTransform(null, null, null, null, null, null, null, null, null);

    /** The number of {@link #parts}. */
    public static final int PARTS = 13;

    /** Returns a copy with a rotation R of the inputs. */
    public WeightTransform withInput(BlockRotation rotation) {
        return new WeightTransform(
                rotation, dense, lowRank, output, scale, magnitude, shift, factor, turn);
    }

    /** Returns a copy with a matrix D. */
    public WeightTransform withDense(NDArray matrix) {
        return new WeightTransform(
                input, matrix, lowRank, output, scale, magnitude, shift, factor, turn);
    }

    /** Returns a copy with a low-rank product B A. */
    public WeightTransform withLowRank(LowRank product) {
        return new WeightTransform(
                input, dense, product, output, scale, magnitude, shift, factor, turn);
    }

    /** Returns a copy with a rotation C of the outputs. */
    public WeightTransform withOutput(BlockRotation rotation) {
        return new WeightTransform(
                input, dense, lowRank, rotation, scale, magnitude, shift, factor, turn);
    }

    /** Returns a copy with factors s of the outputs before the bias. */
    public WeightTransform withScale(NDArray factors) {
        return new WeightTransform(
                input, dense, lowRank, output, factors, magnitude, shift, factor, turn);
    }

    /** Returns a copy with norms of the rows. */
    public WeightTransform withMagnitude(NDArray norms) {
        return new WeightTransform(
                input, dense, lowRank, output, scale, norms, shift, factor, turn);
    }

    /** Returns a copy with a change t of the bias. */
    public WeightTransform withShift(NDArray change) {
        return new WeightTransform(
                input, dense, lowRank, output, scale, magnitude, change, factor, turn);
    }

    /** Returns a copy with factors g of the results. */
    public WeightTransform withFactor(NDArray factors) {
        return new WeightTransform(
                input, dense, lowRank, output, scale, magnitude, shift, factors, turn);
    }

    /**
     * Returns a copy with factors u of the turned results, whose shape says which outputs turn with
     * which.
     */
    public WeightTransform withTurn(NDArray factors) {
        return new WeightTransform(
                input, dense, lowRank, output, scale, magnitude, shift, factor, factors);
    }

    /** Tells whether a layer with this transform has another bias than without. */
    public boolean changesBias() {
        return shift != null || factor != null || turn != null;
    }

    /**
     * Returns {@value #PARTS} arrays in the order in which {@code transform.py} names them, an
     * array without elements for each that is left out.
     */
    public List<NDArray> parts(NDArray none) {
        List<NDArray> parts = new ArrayList<>(PARTS);
        add(parts, input);
        parts.add(dense);
        parts.add(lowRank == null ? null : lowRank.down());
        parts.add(lowRank == null ? null : lowRank.up());
        parts.add(lowRank == null ? null : lowRank.dropout());
        add(parts, output);
        parts.add(scale);
        parts.add(magnitude);
        parts.add(shift);
        parts.add(factor);
        parts.add(turn);
        parts.replaceAll(part -> part == null ? none : part);
        return parts;
    }

    private static void add(List<NDArray> parts, BlockRotation rotation) {
        parts.add(rotation == null ? null : rotation.blocks());
        parts.add(rotation == null ? null : rotation.index());
    }
}
