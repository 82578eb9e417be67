/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.programs.ReferenceRotation;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;
import org.junit.jupiter.api.Test;

/** Against singular vectors and rotations that are computed without the engine, in float64. */
class SingularCompoundAdapterTest extends AdapterFixture {

    /** Sums of some dozen products of size one, of vectors that differ by as much. */
    private static final double DOUBLE = 1e-10;

    private static final Shape TALL = new Shape(26, 20);
    private static final Shape WIDE = new Shape(20, 26);

    private static CompoundConfig.Builder config() {
        return CompoundConfig.builder()
                .optOrders(1, 2)
                .optBlockSize(6)
                .optBasis(CompoundBasis.SINGULAR);
    }

    private static WeightSpec spec(WeightSpec.Kind kind, Shape shape, DataType type) {
        return new WeightSpec("layer", kind, shape, type, false);
    }

    private WeightAdapter turned(CompoundConfig config, WeightSpec spec, NDArray weight) {
        WeightAdapter adapter = random(config.newAdapter(spec), 0.3f);
        adapter.initializeFrom(weight);
        return adapter;
    }

    private WeightAdapter turned(CompoundConfig config, NDArray weight) {
        WeightSpec spec = spec(WeightSpec.Kind.LINEAR, weight.getShape(), weight.getDataType());
        return turned(config, spec, weight);
    }

    /** diag(s) U C' U' W with the largest entry of every column of U positive. */
    private static SimpleMatrix expected(
            CompoundConfig config, WeightAdapter adapter, NDArray weight) {
        SimpleMatrix w = matrix(weight);
        SimpleSVD<SimpleMatrix> svd = w.svd(true);
        int all = Math.min(w.getNumRows(), w.getNumCols());
        int directions = config.directions() > 0 ? config.directions() : all;
        SimpleMatrix left = svd.getU().cols(0, directions);
        for (int j = 0; j < directions; j++) {
            SimpleMatrix column = left.getColumn(j);
            if (column.elementMax() < -column.elementMin()) {
                left.setColumn(j, column.negative());
            }
        }
        CompoundForm form = config.form("layer", directions);
        double[] parameters = array(adapter, "compound").toDoubleArray();
        double[] gains = config.gains() ? array(adapter, "compound_gains").toDoubleArray() : null;
        DMatrixRMaj dense = ReferenceRotation.dense(form, parameters, gains);
        SimpleMatrix change =
                SimpleMatrix.wrap(dense).transpose().minus(SimpleMatrix.identity(directions));
        SimpleMatrix turned = w.plus(left.mult(change).mult(left.transpose()).mult(w));
        if (config.scaling()) {
            double[] factors = array(adapter, "compound_s").toDoubleArray();
            turned = SimpleMatrix.diag(factors).mult(turned);
        }
        return turned;
    }

    private static SimpleMatrix matrix(NDArray array) {
        int rows = (int) array.getShape().get(0);
        return new SimpleMatrix(rows, (int) array.size() / rows, true, doubles(array));
    }

    private static double[] doubles(NDArray array) {
        return array.toType(DataType.FLOAT64, true).toDoubleArray();
    }

    private static void assertClose(NDArray actual, SimpleMatrix expected, double error) {
        double[] truth = expected.getDDRM().getData();
        assertThat(doubles(actual)).hasSize(truth.length).containsExactly(truth, within(error));
    }

    @Test
    void turnsTheWeightInTheBasisOfItsLeftSingularVectors() {
        for (Shape shape : List.of(TALL, WIDE)) {
            for (CompoundConfig.Builder builder :
                    List.of(
                            config(),
                            config().optBlockSizePattern(Map.of("layer", 9)),
                            config().optDirections(7),
                            config().optShared(true).optScaling(true),
                            config().optChain(2),
                            config().optChain(3).optOffsets(true),
                            config().optChain(2).optOffsets(true).optAdded(true),
                            config().optStrided(true).optGains(true),
                            config().optOrders(1, 3).optBlockSize(15),
                            config().optOrders(1, 2).optRule(EntryRule.PERMANENT))) {
                CompoundConfig config = builder.build();
                NDArray weight = random(shape);
                WeightAdapter adapter = turned(config, weight);

                assertClose(adapted(adapter, weight), expected(config, adapter, weight), DOUBLE);
            }
        }
    }

    @Test
    void startsWithTheWeightAsItIs() {
        NDArray weight = manager.randomNormal(TALL);
        WeightSpec spec = spec(WeightSpec.Kind.LINEAR, TALL, DataType.FLOAT32);
        WeightAdapter adapter = started(config().build().newAdapter(spec));
        adapter.initializeFrom(weight);

        assertThat(adapted(adapter, weight)).isEqualTo(weight);
    }

    @Test
    void adaptsTransposedWeightsTablesAndConvolutionsAlike() {
        NDArray weight = random(new Shape(26, 20));
        CompoundConfig config = config().build();
        WeightAdapter linear = turned(config, weight);
        NDArray expected = adapted(linear, weight);
        for (WeightSpec.Kind kind :
                List.of(
                        WeightSpec.Kind.CONV1D,
                        WeightSpec.Kind.EMBEDDING,
                        WeightSpec.Kind.CONV2D)) {
            boolean filters = kind == WeightSpec.Kind.CONV2D;
            NDArray stored = filters ? weight.reshape(26, 5, 2, 2) : weight.transpose();
            WeightSpec spec = spec(kind, stored.getShape(), DataType.FLOAT64);
            WeightAdapter other = started(config.newAdapter(spec));
            other.initializeFrom(stored);
            WeightAdapter.set(array(other, "compound"), array(linear, "compound"));

            NDArray changed = adapted(other, stored);

            assertThat(changed.getShape()).isEqualTo(stored.getShape());
            NDArray rows = filters ? changed.reshape(26, 20) : changed.transpose();
            assertClose(rows, matrix(expected), DOUBLE);
        }
    }

    /** The vectors are those of the weight as it is, so rounding it changes them. */
    @Test
    void adaptsWeightsInHalfPrecision() {
        NDArray half = manager.randomNormal(TALL).toType(DataType.FLOAT16, true);
        WeightSpec spec = spec(WeightSpec.Kind.LINEAR, TALL, DataType.FLOAT16);
        CompoundConfig config = config().optDirections(6).build();
        WeightAdapter adapter = random(config.newAdapter(spec), 0.3f);
        adapter.initializeFrom(half);
        NDArray wide = half.toType(DataType.FLOAT64, true);
        WeightAdapter exact = started(config.newAdapter(spec("", wide)));
        exact.initializeFrom(wide);
        WeightAdapter.set(array(exact, "compound"), array(adapter, "compound"));

        NDArray changed = adapted(adapter, half);

        assertThat(changed.getDataType()).isEqualTo(DataType.FLOAT16);
        // entries of at most 4 in float16
        assertClose(changed, expected(config, exact, wide), 4e-3);
    }

    private static WeightSpec spec(String path, NDArray weight) {
        return new WeightSpec(
                path, WeightSpec.Kind.LINEAR, weight.getShape(), weight.getDataType(), false);
    }

    @Test
    void loadingGivesTheSameVectorsAgain() {
        NDArray weight = manager.randomNormal(TALL);
        WeightAdapter first = turned(config().build(), weight);
        WeightAdapter second = turned(config().build(), weight);
        WeightAdapter.set(array(second, "compound"), array(first, "compound"));

        assertThat(adapted(second, weight)).isEqualTo(adapted(first, weight));
    }

    @Test
    void differsFromAnAdapterOfTheOutputs() {
        CompoundConfig standard = CompoundConfig.builder().optOrders(1, 2).optBlockSize(6).build();
        NDArray weight = random(new Shape(20, 20));
        WeightAdapter singular = turned(config().build(), weight);
        WeightAdapter plain = turned(standard, weight);

        assertThat(singular.isLike(plain)).isFalse();
        assertThat(singular)
                .hasToString(
                        "CompoundAdapter(orders 1+2, 3 blocks of 6, n = 3, cayley, of singular"
                                + " directions)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> singular.valuesOf(plain, manager))
                .withMessageContaining("different options")
                .withMessageContaining("of singular directions");
    }

    @Test
    void dividesTheDirectionsIntoBlocks() {
        WeightSpec spec = spec(WeightSpec.Kind.LINEAR, new Shape(26, 20), DataType.FLOAT32);

        assertThat(config().build().newAdapter(spec).size()).isEqualTo(3 * 3);
        assertThat(config().optDirections(7).build().newAdapter(spec).size()).isEqualTo(3);
        CompoundConfig one =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBlocks(1)
                        .optBasis(CompoundBasis.SINGULAR)
                        .optDirections(5)
                        .build();
        assertThat(one.newAdapter(spec).size()).isEqualTo(10);
        assertThat(one)
                .hasToString(
                        "compound(orders [1], blocks 1, basis singular, directions 5, targets"
                                + " all-linear)");
    }

    @Test
    void refusesMoreDirectionsThanThereAre() {
        WeightSpec spec = spec(WeightSpec.Kind.LINEAR, new Shape(26, 20), DataType.FLOAT32);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().optDirections(21).build().newAdapter(spec))
                .withMessage(
                        "A weight of 20 inputs and 26 outputs has 20 singular directions, fewer"
                                + " than 21; choose at most as many, or leave the module out of"
                                + " the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> config().optBasis(CompoundBasis.STANDARD).optDirections(3).build())
                .withMessage(
                        "Directions are those of the singular basis; set the basis to singular, or"
                                + " leave out the number of directions");
    }

    @Test
    void refusesToRotateInputs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config().optSide(RotatedSide.BOTH).build())
                .withMessage("The singular basis is one of the outputs; leave out the side both");
    }

    @Test
    void blocksWithoutAWeightAreRefused() {
        CompoundRotation rotation = new CompoundRotation(config().build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rotation.initialize(manager, DataType.FLOAT32, new Shape(2, 20)))
                .withMessage(
                        "A Block that rotates activations has no weight with singular vectors;"
                                + " leave the basis out of its configuration");
    }

    @Test
    void refusesAWeightThatIsNotFinite() {
        float[] numbers = new float[520];
        Arrays.fill(numbers, 1);
        numbers[3] = Float.NaN;
        NDArray weight = manager.create(numbers, TALL);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> turned(config().build(), weight))
                .withMessageContaining("not finite");
    }
}
