/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.djladapters.io.Internal;
import org.djladapters.rotation.programs.LowRankKernel;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * What a LoRA adds to a layer: c B A to the weight, taken as (out, in), and c t to the bias.
 *
 * @param down A of shape (r, in)
 * @param up B of shape (out, r)
 * @param bias t of shape (out), or null for none
 * @param factor c
 */
@Internal
public record LoraTerm(NDArray down, NDArray up, NDArray bias, double factor) {

    /** Returns a multiple of this term. */
    public LoraTerm times(double weight) {
        return new LoraTerm(down, up, bias, factor * weight);
    }

    /** {@return the rank r} */
    public int rank() {
        return Math.toIntExact(up.getShape().get(1));
    }

    /**
     * Returns the exact sum of terms of one layer, with all rows of their A and all columns of
     * their B, whose rank is the sum of the ranks.
     */
    public static LoraTerm concatenated(List<LoraTerm> terms) {
        NDArray down = NDArrays.concat(list(terms, t -> times(t.down, t.factor)), 0);
        NDArray up = NDArrays.concat(list(terms, LoraTerm::up), 1);
        return new LoraTerm(down, up, biases(terms), 1);
    }

    /**
     * Returns what PEFT calls the linear combination of terms of one layer and rank: A = &sum;
     * &radic;|c<sub>i</sub>| A<sub>i</sub> and B = &sum; sgn(c<sub>i</sub>) &radic;|c<sub>i</sub>|
     * B<sub>i</sub>. Besides the sum of the terms B A has the products of each B with every other
     * A.
     */
    public static LoraTerm blended(List<LoraTerm> terms) {
        NDArray down = sum(list(terms, t -> times(t.down, Math.sqrt(Math.abs(t.factor)))));
        NDArray up =
                sum(
                        list(
                                terms,
                                t ->
                                        times(
                                                t.up,
                                                Math.signum(t.factor)
                                                        * Math.sqrt(Math.abs(t.factor)))));
        return new LoraTerm(down, up, biases(terms), 1);
    }

    /**
     * Returns the term of a rank, which the sides of the layer may reduce, that is nearest to the
     * sum of terms of one layer, computed in float64.
     */
    public static LoraTerm nearest(List<LoraTerm> terms, int rank, NDManager scope) {
        LoraTerm sum = concatenated(terms);
        try (NDManager inner = scope.newSubManager()) {
            NDArray up = sum.up.toType(DataType.FLOAT64, true);
            up.attach(inner);
            NDArray down = sum.down.toType(DataType.FLOAT64, true);
            down.attach(inner);
            NDArray matrix = up.matMul(down);
            Shape shape = matrix.getShape();
            int possible = (int) Math.min(rank, Math.min(shape.get(0), shape.get(1)));
            LowRankKernel.Factors factors =
                    LowRankKernel.factor(List.of(matrix), possible, scope).get(0);
            return new LoraTerm(factors.down(), factors.up(), sum.bias, 1);
        }
    }

    private static NDArray biases(List<LoraTerm> terms) {
        List<NDArray> biases =
                terms.stream()
                        .map(t -> t.bias == null ? null : times(t.bias, t.factor))
                        .filter(Objects::nonNull)
                        .toList();
        return biases.isEmpty() ? null : sum(new NDList(biases));
    }

    private static NDList list(List<LoraTerm> terms, Function<LoraTerm, NDArray> part) {
        return new NDList(terms.stream().map(part).toList());
    }

    private static NDArray times(NDArray array, double factor) {
        return TransformKernel.times(array, factor, array.getManager());
    }

    private static NDArray sum(NDList summands) {
        NDArray sum = summands.get(0);
        for (NDArray summand : summands.subList(1, summands.size())) {
            sum = sum.add(summand);
        }
        return sum;
    }
}
