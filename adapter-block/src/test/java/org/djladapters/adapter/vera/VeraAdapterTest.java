/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VeraAdapterTest extends AdapterFixture {

    private static final VeraConfig RANK_THREE = VeraConfig.builder().optRank(3).build();

    private static WeightSpec linear(long out, long in) {
        return WeightSpec.linear(new Shape(out, in), DataType.FLOAT64);
    }

    private List<WeightAdapter> started(VeraConfig config, WeightSpec... weights) {
        List<WeightAdapter> adapters = config.newAdapters(List.of(weights));
        adapters.forEach(this::started);
        return adapters;
    }

    private List<WeightAdapter> moved(VeraConfig config, WeightSpec... weights) {
        List<WeightAdapter> adapters = config.newAdapters(List.of(weights));
        adapters.forEach(adapter -> random(adapter, 1));
        return adapters;
    }

    private static SimpleMatrix matrix(NDArray array) {
        NDArray wide = array.toType(DataType.FLOAT64, false);
        Shape shape = array.getShape();
        return new SimpleMatrix((int) shape.get(0), (int) shape.get(1), true, wide.toDoubleArray());
    }

    private static SimpleMatrix diagonal(WeightAdapter adapter, String parameter) {
        return SimpleMatrix.diag(array(adapter, parameter).toDoubleArray());
    }

    /** diag(lambda_b) B diag(lambda_d) A with the part of A and B that fits the weight. */
    private static SimpleMatrix sum(WeightAdapter adapter) {
        int rank = (int) adapter.shared().get("vera_A").getShape().get(0);
        SimpleMatrix a =
                matrix(adapter.shared().get("vera_A"))
                        .extractMatrix(0, rank, 0, adapter.weight().inputs());
        SimpleMatrix b =
                matrix(adapter.shared().get("vera_B"))
                        .extractMatrix(0, adapter.weight().features(), 0, rank);
        return diagonal(adapter, "vera_lambda_b")
                .mult(b)
                .mult(diagonal(adapter, "vera_lambda_d"))
                .mult(a);
    }

    @Test
    void startsWithTheWeightAsItIs() {
        WeightAdapter adapter = started(VeraConfig.builder().build(), linear(7, 5)).get(0);
        NDArray weight = manager.randomNormal(new Shape(7, 5), DataType.FLOAT64);

        assertThat(adapted(adapter, weight)).isEqualTo(weight);
        assertThat(adapter.getParameters().keys())
                .containsExactly("vera_lambda_b", "vera_lambda_d");
        assertThat(array(adapter, "vera_lambda_b").toDoubleArray()).containsOnly(0).hasSize(7);
        assertThat(array(adapter, "vera_lambda_d").toDoubleArray())
                .containsOnly((double) 0.1f)
                .hasSize(VeraConfig.DEFAULT_RANK);
    }

    @Test
    void addsTheScaledProductOfItsPartOfTheProjections() {
        WeightSpec turned =
                new WeightSpec(
                        "c_attn", WeightSpec.Kind.CONV1D, new Shape(4, 9), DataType.FLOAT64, true);
        List<WeightAdapter> adapters = moved(RANK_THREE, linear(7, 5), linear(2, 8), turned);
        for (WeightAdapter adapter : adapters) {
            assertThat(adapter.shared().get("vera_A").getShape()).isEqualTo(new Shape(3, 8));
            assertThat(adapter.shared().get("vera_B").getShape()).isEqualTo(new Shape(9, 3));
            NDArray weight = manager.randomNormal(adapter.weight().shape(), DataType.FLOAT64);
            boolean transposed = adapter.weight().transposed();

            SimpleMatrix change = matrix(adapted(adapter, weight)).minus(matrix(weight));

            SimpleMatrix expected = transposed ? sum(adapter).transpose() : sum(adapter);
            // in double: three products of four numbers of about one
            assertThat(change.minus(expected).elementMaxAbs()).isLessThan(1e-14);
        }
    }

    /** What torch 2.7.1 draws for A of shape (3, 5), then B of shape (7, 3). */
    @ParameterizedTest
    @CsvSource({
        "0, -0.008201400749385357, -0.8061808347702026, -0.45156779885292053,"
                + " 0.05238752067089081, -1.3244972229003906",
        "42, 0.8375100493431091, 1.0062882900238037, 0.5282106399536133,"
                + " -0.19967423379421234, 0.8739132285118103",
        "2147483647, 0.45598751306533813, 0.21830999851226807, -0.25309228897094727,"
                + " -0.7986510992050171, -0.4500214457511902"
    })
    void drawsTheNumbersOfTorch(int seed, float a0, float a3, float a14, float b0, float b20) {
        VeraConfig config = VeraConfig.builder().optRank(3).optSeed(seed).build();
        WeightAdapter adapter = started(config, linear(7, 5)).get(0);

        float[] a = adapter.shared().get("vera_A").toFloatArray();
        float[] b = adapter.shared().get("vera_B").toFloatArray();

        assertThat(a).hasSize(15);
        assertThat(b).hasSize(21);
        assertThat(new float[] {a[0], a[3], a[14]}).containsExactly(a0, a3, a14);
        assertThat(new float[] {b[0], b[20]}).containsExactly(b0, b20);
    }

    /** More numbers than the generator makes at once. */
    @Test
    void drawsManyNumbersOfTorch() {
        VeraConfig config = VeraConfig.builder().optRank(4).build();
        WeightAdapter adapter = started(config, linear(300, 700)).get(0);

        assertThat(adapter.shared().get("vera_A").getFloat(3, 699)).isEqualTo(-0.038375f);
        assertThat(adapter.shared().get("vera_B").getFloat(299, 3)).isEqualTo(1.0836233f);
    }

    @Test
    void trainsTheScalesAndNotTheProjections() {
        WeightAdapter adapter = moved(RANK_THREE, linear(7, 5)).get(0);
        NDArray weight = manager.randomNormal(new Shape(7, 5), DataType.FLOAT64);

        try (var collector = manager.getEngine().newGradientCollector()) {
            NDArray adapted = adapter.forward(store, new NDList(weight), true).get(0);
            collector.backward(adapted.sum());
        }

        SimpleMatrix ones = new SimpleMatrix(5, 1);
        ones.fill(1);
        SimpleMatrix a = matrix(adapter.shared().get("vera_A")).mult(ones);
        SimpleMatrix b = matrix(adapter.shared().get("vera_B"));
        SimpleMatrix perFeature = b.mult(diagonal(adapter, "vera_lambda_d")).mult(a);
        SimpleMatrix left = diagonal(adapter, "vera_lambda_b").mult(b);
        assertGradient(adapter, "vera_lambda_b", perFeature.getDDRM().getData());
        double[] perRank = new double[3];
        for (int i = 0; i < 3; i++) {
            perRank[i] = left.extractVector(false, i).elementSum() * a.get(i, 0);
        }
        assertGradient(adapter, "vera_lambda_d", perRank);
        assertThat(adapter.shared().values()).noneMatch(NDArray::hasGradient);
    }

    private static void assertGradient(WeightAdapter adapter, String name, double[] expected) {
        NDArray gradient = array(adapter, name).getGradient();
        // in double: sums of at most 35 products of numbers of about one
        assertThat(gradient.toDoubleArray())
                .containsExactly(expected, org.assertj.core.data.Offset.offset(1e-13));
    }

    @Test
    void sharesOneSetOfProjections() {
        List<WeightAdapter> adapters = started(RANK_THREE, linear(7, 5), linear(2, 8));
        NDArray a = adapters.get(0).shared().get("vera_A");

        assertThat(adapters.get(1).shared().get("vera_A")).isSameAs(a);
        adapters.forEach(WeightAdapter::close);

        assertThat(a.isReleased()).isTrue();
        assertThat(adapters.get(0).isInitialized()).isFalse();
    }

    @Test
    void keepsProjectionsOutOfCheckpointsOnDemand() {
        VeraConfig config = VeraConfig.builder().optRank(3).optSaveProjections(false).build();

        assertThat(started(config, linear(7, 5)).get(0).shared()).isEmpty();
    }

    @Test
    void refusesWhatIsNoLinearLayer() {
        WeightSpec spec =
                new WeightSpec(
                        "stem.conv",
                        WeightSpec.Kind.CONV2D,
                        new Shape(4, 3, 2, 2),
                        DataType.FLOAT32,
                        true);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RANK_THREE.newAdapters(List.of(linear(3, 3), spec)))
                .withMessage(
                        "Module stem.conv: VeRA adapts linear layers, which this is not; leave it"
                                + " out of the targets");
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        VeraConfig.Builder builder = VeraConfig.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optRank(0))
                .withMessage("The rank must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optSeed(-1))
                .withMessage("The seed of the projections must not be negative, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optDInitial(0))
                .withMessageContaining("a finite number other than 0, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optDropout(1))
                .withMessageContaining("less than 1, got 1");
        assertThat(builder.optSeed(3).build().withTargets(Targets.of("query")))
                .hasToString("vera(rank 256, seed 3, targets query)");
    }
}
