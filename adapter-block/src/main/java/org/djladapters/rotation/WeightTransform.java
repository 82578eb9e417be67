/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.djladapters.io.Internal;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * What an adapter does to one layer y = x W<sup>T</sup> + b: the layer becomes
 *
 * <p>W' = diag(g &#8857; s) C<sup>T</sup> N(W R<sup>T</sup> + B A), b' = g &#8857; (b + t),
 *
 * <p>or, without touching W, y' = (((x R W<sup>T</sup> + x A<sup>T</sup> B<sup>T</sup>) N C)
 * &#8857; s + b + t) &#8857; g. N scales every row to a given norm: it divides by the row's own
 * norm, which counts as a constant for gradients, and multiplies by the magnitude. Every part may
 * be null, which leaves it out.
 *
 * @param input the rotation R of the inputs; of the entries of a filter for a convolution
 * @param lowRank the low-rank product B A
 * @param output the rotation C of the outputs
 * @param scale the factors s of the outputs before the bias, of shape (out)
 * @param magnitude the norms that N gives the rows, of shape (out)
 * @param shift what is added to the bias, t, of shape (out)
 * @param gain the factors g of the outputs after the bias, of shape (out)
 */
@Internal
public record WeightTransform(
        BlockRotation input,
        LowRank lowRank,
        BlockRotation output,
        NDArray scale,
        NDArray magnitude,
        NDArray shift,
        NDArray gain) {

    /** The transform that changes nothing. */
    public static final WeightTransform IDENTITY =
            new WeightTransform(null, null, null, null, null, null, null);

    /** The number of {@link #parts}. */
    public static final int PARTS = 11;

    /**
     * Copies this transform with another rotation of the inputs.
     *
     * @param rotation R
     * @return the copy
     */
    public WeightTransform withInput(BlockRotation rotation) {
        return new WeightTransform(rotation, lowRank, output, scale, magnitude, shift, gain);
    }

    /**
     * Copies this transform with another low-rank product.
     *
     * @param product B A
     * @return the copy
     */
    public WeightTransform withLowRank(LowRank product) {
        return new WeightTransform(input, product, output, scale, magnitude, shift, gain);
    }

    /**
     * Copies this transform with another rotation of the outputs.
     *
     * @param rotation C
     * @return the copy
     */
    public WeightTransform withOutput(BlockRotation rotation) {
        return new WeightTransform(input, lowRank, rotation, scale, magnitude, shift, gain);
    }

    /**
     * Copies this transform with other factors before the bias.
     *
     * @param factors s
     * @return the copy
     */
    public WeightTransform withScale(NDArray factors) {
        return new WeightTransform(input, lowRank, output, factors, magnitude, shift, gain);
    }

    /**
     * Copies this transform with other norms of the rows.
     *
     * @param norms the magnitude
     * @return the copy
     */
    public WeightTransform withMagnitude(NDArray norms) {
        return new WeightTransform(input, lowRank, output, scale, norms, shift, gain);
    }

    /**
     * Copies this transform with another change of the bias.
     *
     * @param change t
     * @return the copy
     */
    public WeightTransform withShift(NDArray change) {
        return new WeightTransform(input, lowRank, output, scale, magnitude, change, gain);
    }

    /**
     * Copies this transform with other factors after the bias.
     *
     * @param factors g
     * @return the copy
     */
    public WeightTransform withGain(NDArray factors) {
        return new WeightTransform(input, lowRank, output, scale, magnitude, shift, factors);
    }

    /**
     * Tells whether a layer with this transform has another bias than without.
     *
     * @return true if there is a shift or a gain
     */
    public boolean changesBias() {
        return shift != null || gain != null;
    }

    /**
     * Returns the arrays in the order in which {@code transform.py} names them.
     *
     * @param none stands for what is left out, an array without elements
     * @return {@value #PARTS} arrays
     */
    public List<NDArray> parts(NDArray none) {
        List<NDArray> parts = new ArrayList<>(PARTS);
        add(parts, input);
        parts.add(lowRank == null ? null : lowRank.down());
        parts.add(lowRank == null ? null : lowRank.up());
        parts.add(lowRank == null ? null : lowRank.dropout());
        add(parts, output);
        parts.add(scale);
        parts.add(magnitude);
        parts.add(shift);
        parts.add(gain);
        parts.replaceAll(part -> part == null ? none : part);
        return parts;
    }

    private static void add(List<NDArray> parts, BlockRotation rotation) {
        parts.add(rotation == null ? null : rotation.blocks());
        parts.add(rotation == null ? null : rotation.index());
    }

    /**
     * The identity with gradients of zero for all that trains here, for optimizers that expect that
     * every parameter has a gradient.
     *
     * @param scope the owner of the new arrays
     * @return the identity
     */
    public WeightTransform switchedOff(NDManager scope) {
        UnaryOperator<NDArray> zeros =
                array -> array == null ? null : TransformKernel.times(array, 0, scope);
        UnaryOperator<NDArray> ones = array -> array == null ? null : zeros.apply(array).add(1);
        return new WeightTransform(
                unrotated(input, scope),
                lowRank == null
                        ? null
                        : new LowRank(lowRank.down(), zeros.apply(lowRank.up()), lowRank.dropout()),
                unrotated(output, scope),
                ones.apply(scale),
                magnitude,
                zeros.apply(shift),
                ones.apply(gain));
    }

    private static BlockRotation unrotated(BlockRotation rotation, NDManager scope) {
        if (rotation == null) {
            return null;
        }
        NDArray blocks = rotation.blocks();
        long size = blocks.getShape().get(blocks.getShape().dimension() - 1);
        NDArray eye = scope.eye((int) size).toType(blocks.getDataType(), false);
        return new BlockRotation(
                TransformKernel.times(blocks, 0, scope).add(eye), rotation.index());
    }
}
