/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.MatrixFeatures_DDRM;

/** Forms, numbers and dense matrices for the tests of rotations. */
public final class Rotations {

    /** Float64 rounding of some hundred products of size one, with a factor of ten to spare. */
    public static final double DOUBLE = 1e-12;

    /** Float32 rounding of sums of products in two different orders: 64 units in the last place. */
    public static final double FLOAT = 64 * Math.ulp(1f);

    private Rotations() {}

    public static CompoundForm form(CompoundLayout layout, OrthogonalMap map, EntryRule rule) {
        return new CompoundForm(layout, map, 5, rule, false, 1, false, false);
    }

    /** Every map, rule, sharing and kind of chain on a layout with padding and a tail. */
    public static List<CompoundForm> everyForm() {
        CompoundLayout layout = CompoundLayout.ofBlocks(15, 2, List.of(2, 1));
        List<CompoundForm> forms = new ArrayList<>();
        for (OrthogonalMap map : OrthogonalMap.values()) {
            for (EntryRule rule : EntryRule.values()) {
                for (boolean shared : new boolean[] {false, true}) {
                    forms.add(new CompoundForm(layout, map, 4, rule, shared, 1, false, false));
                    for (boolean added : new boolean[] {false, true}) {
                        for (boolean offsets : new boolean[] {false, true}) {
                            forms.add(
                                    new CompoundForm(
                                            layout, map, 4, rule, shared, 3, added, offsets));
                        }
                    }
                }
            }
        }
        forms.addAll(formsOfOurs(layout));
        return forms;
    }

    /**
     * Strided blocks, shifts where the reference has none, centred sums; two blocks and two or
     * three links.
     */
    private static List<CompoundForm> formsOfOurs(CompoundLayout layout) {
        List<CompoundForm> forms = new ArrayList<>();
        for (int chain = 1; chain <= 3; chain++) {
            for (boolean added : new boolean[] {false, true}) {
                for (boolean offsets : new boolean[] {false, true}) {
                    for (boolean strided : new boolean[] {false, true}) {
                        forms.add(
                                new CompoundForm(
                                        layout,
                                        OrthogonalMap.CAYLEY,
                                        5,
                                        EntryRule.DETERMINANT,
                                        false,
                                        chain,
                                        added,
                                        offsets,
                                        true,
                                        false,
                                        strided,
                                        added));
                    }
                }
            }
        }
        return forms;
    }

    /** Normal numbers of a standard deviation of 0.3. */
    public static double[] parameters(CompoundForm form, long seed) {
        return numbers(form.parameterShape().size(), seed, 0.3);
    }

    public static double[] numbers(long count, long seed, double deviation) {
        Random random = new Random(seed);
        return DoubleStream.generate(() -> deviation * random.nextGaussian())
                .limit(count)
                .toArray();
    }

    /** A float64 array of normal numbers. */
    public static NDArray normal(NDManager manager, long seed, Shape shape) {
        return manager.create(numbers(shape.size(), seed, 1), shape);
    }

    /** Q of every triangle; Neumann's series has five terms. */
    static NDArray q(NDArray triangles, int n, OrthogonalMap map) {
        NDManager manager = triangles.getManager();
        return OrthogonalKernel.matrices(List.of(triangles), n, map, 5, manager).get(0);
    }

    /** Functions in the place of layers, with the programs that they call. */
    public static NativeKernel layers(String functions, Map<String, String> programs) {
        String head =
                """
                class Layers(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool

                  def forward(self, x: Tensor) -> Tensor:
                    return x

                """;
        return NativeKernel.compile("Layers", head + functions, programs);
    }

    static WeightTransform transform(CompoundPlan plan, NDArray parameters, NDArray scale) {
        return CompoundKernel.transforms(
                        plan,
                        List.of(parameters),
                        Collections.singletonList(scale),
                        parameters.getManager())
                .get(0);
    }

    /** The dense matrix C that the kernel applies, in float64. */
    public static DMatrixRMaj dense(CompoundForm form, double[] parameters) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray array = manager.create(parameters, form.parameterShape());
            return matrix(CompoundKernel.matrix(form, array, manager));
        }
    }

    public static DMatrixRMaj matrix(NDArray array) {
        Shape shape = array.getShape();
        return new DMatrixRMaj((int) shape.get(0), (int) shape.get(1), true, array.toDoubleArray());
    }

    public static NDArray array(NDManager manager, DMatrixRMaj matrix) {
        return manager.create(
                matrix.data.clone(), new Shape(matrix.getNumRows(), matrix.getNumCols()));
    }

    public static void assertClose(
            Object what, DMatrixRMaj actual, DMatrixRMaj expected, double error) {
        assertThat(MatrixFeatures_DDRM.isIdentical(actual, expected, error))
                .as("%s%n%s%nis within %s of%n%s", what, actual, error, expected)
                .isTrue();
    }

    /** Compares relative to the largest expected entry. */
    public static void assertClose(
            Object what, NDArray actual, NDArray expected, double tolerance) {
        assertThat(actual.getShape()).as("shape of %s", what).isEqualTo(expected.getShape());
        NDArray wide = expected.toType(DataType.FLOAT64, true);
        double largest = Math.max(1, wide.abs().max().getDouble());
        NDArray difference = actual.toType(DataType.FLOAT64, true).sub(wide).abs();
        assertThat(difference.max().getDouble() / largest)
                .as("relative error of %s", what)
                .isLessThan(tolerance);
    }
}
