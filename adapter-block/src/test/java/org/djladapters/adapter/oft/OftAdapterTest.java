/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OftAdapterTest extends AdapterFixture {

    private static final int SIZE = 3;
    private static final int BLOCKS = 4;
    private static final int IN = SIZE * BLOCKS;
    private static final Shape LINEAR = new Shape(5, IN);

    private static OftConfig.Builder config() {
        return OftConfig.builder().optBlockSize(SIZE);
    }

    private WeightAdapter moved(OftConfig config, Kind kind, Shape shape) {
        return Rotated.moved(config.newAdapter(Rotated.spec(kind, shape)), 0.3, manager);
    }

    private static Parameter parameter(WeightAdapter adapter) {
        return adapter.getParameters().get("oft_R.weight");
    }

    /** W D^T with D block diagonal of Cayley transforms. */
    private static SimpleMatrix truth(SimpleMatrix weight, double[] triangles, boolean shared) {
        SimpleMatrix rotation = new SimpleMatrix(IN, IN);
        for (int block = 0; block < BLOCKS; block++) {
            SimpleMatrix skew = Rotated.skew(triangles, shared ? 0 : block, SIZE);
            rotation.insertIntoThis(block * SIZE, block * SIZE, Rotated.cayley(skew));
        }
        return weight.mult(rotation.transpose());
    }

    @Test
    void startsWithTheWeightAsItIs() {
        for (OrthogonalMap map : List.of(OrthogonalMap.CAYLEY, OrthogonalMap.NEUMANN)) {
            WeightAdapter adapter =
                    config().optMap(map).build().newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
            adapter.initialize(manager, DataType.FLOAT64, LINEAR);
            NDArray weight = random(LINEAR);

            assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
            assertThat(adapter.getParameters().keys()).containsExactly("oft_R.weight");
            assertThat(parameter(adapter).getShape()).isEqualTo(new Shape(BLOCKS, SIZE));
        }
    }

    @Test
    void rotatesTheInputsOfEveryBlock() {
        for (boolean shared : new boolean[] {false, true}) {
            WeightAdapter adapter = moved(config().optShared(shared).build(), Kind.LINEAR, LINEAR);
            NDArray weight = random(LINEAR);
            double[] triangles = parameter(adapter).getArray().toDoubleArray();

            assertThat(triangles).hasSize((shared ? 1 : BLOCKS) * SIZE);
            Rotated.assertClose(
                    Rotated.adapted(adapter, weight, false),
                    truth(Rotated.matrix(weight), triangles, shared));
        }
    }

    @Test
    void takesConv1dAndFiltersAsLinearLayers() {
        OftConfig config = OftConfig.builder().optBlocks(BLOCKS).build();
        NDArray weight = random(LINEAR);
        NDArray linear = Rotated.adapted(moved(config, Kind.LINEAR, LINEAR), weight, false);
        Shape filters = new Shape(5, 3, 2, 2);

        NDArray conv1d =
                Rotated.adapted(
                        moved(config, Kind.CONV1D, new Shape(IN, 5)), weight.transpose(), false);
        NDArray conv2d =
                Rotated.adapted(
                        moved(config, Kind.CONV2D, filters), weight.reshape(filters), false);

        assertThat(conv1d.transpose()).isEqualTo(linear);
        assertThat(conv2d.reshape(LINEAR)).isEqualTo(linear);
    }

    @Test
    void keepsTheAnglesBetweenRows() {
        WeightAdapter adapter = moved(config().build(), Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);

        NDArray adapted = Rotated.adapted(adapter, weight, false);

        SimpleMatrix rows = Rotated.matrix(weight);
        Rotated.assertClose(adapted.matMul(adapted.transpose()), rows.mult(rows.transpose()));
    }

    @Test
    void theSeriesApproximatesTheTransposedRotation() {
        NDArray weight = random(LINEAR);
        OftConfig series = config().optMap(OrthogonalMap.NEUMANN).optTerms(40).build();
        WeightAdapter adapter =
                Rotated.moved(series.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 0.1, manager);
        double[] triangles = parameter(adapter).getArray().toDoubleArray();
        double[] turned = Arrays.stream(triangles).map(v -> -v).toArray();

        // the norms of S are below 0.5: what is left out is below 2^-40 < 1e-12
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                truth(Rotated.matrix(weight), turned, false));
    }

    /** Terms, and what the powers of S count in each series. */
    @ParameterizedTest
    @CsvSource({
        "LAST_TWICE, 2, 1 2",
        "LAST_TWICE, 3, 1 2 2",
        "LAST_TWICE, 5, 1 2 2 2 2",
        "LAST_ONCE, 2, 1 2",
        "LAST_ONCE, 3, 1 2 2 1",
        "LAST_ONCE, 4, 1 2 2 1",
        "LAST_ONCE, 5, 1 2 2 2 1",
        "LAST_ONCE, 6, 1 2 2 2 2 1"
    })
    void theSeriesEndsAsPeftEndsIt(NeumannSeries series, int terms, String counts) {
        OftConfig config =
                config().optMap(OrthogonalMap.NEUMANN)
                        .optSeries(series)
                        .optTerms(terms)
                        .optShared(true)
                        .build();
        WeightAdapter adapter = moved(config, Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);
        SimpleMatrix skew = Rotated.skew(parameter(adapter).getArray().toDoubleArray(), 0, SIZE);
        SimpleMatrix sum = new SimpleMatrix(SIZE, SIZE);
        SimpleMatrix power = SimpleMatrix.identity(SIZE);
        for (String count : counts.split(" ", -1)) {
            sum = sum.plus(power.scale(Integer.parseInt(count)));
            power = power.mult(skew);
        }
        SimpleMatrix rotation = SimpleMatrix.identity(BLOCKS).kron(sum);

        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).mult(rotation.transpose()));
    }

    @Test
    void constrainedRotationsStayNearTheIdentity() {
        double bound = 0.4;
        WeightAdapter adapter = moved(config().optConstrained(bound).build(), Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);
        double[] triangles = parameter(adapter).getArray().toDoubleArray();
        double limit = bound / Math.sqrt(BLOCKS);
        double[] shortened = triangles.clone();
        int longOnes = 0;
        for (int block = 0; block < BLOCKS; block++) {
            double norm = Rotated.skew(triangles, block, SIZE).normF();
            longOnes += norm > limit ? 1 : 0;
            for (int i = block * SIZE; i < (block + 1) * SIZE; i++) {
                shortened[i] *= Math.min(1, limit / norm);
            }
        }
        SimpleMatrix expected = truth(Rotated.matrix(weight), shortened, false);

        assertThat(longOnes).isPositive();
        Rotated.assertClose(Rotated.adapted(adapter, weight, false), expected);
        assertThat(parameter(adapter).getArray().toDoubleArray())
                .as("prediction leaves the parameters alone")
                .containsExactly(triangles);
        Rotated.assertClose(Rotated.adapted(adapter, weight, true), expected);
        assertThat(parameter(adapter).getArray().toDoubleArray())
                .as("training goes on from the shortened parameters")
                .usingComparatorWithPrecision(Rotated.DOUBLE)
                .containsExactly(shortened);
    }

    @Test
    void everyParameterGetsItsGradient() {
        NDArray weight = random(LINEAR);
        NDArray direction = random(LINEAR);
        for (OftConfig config :
                List.of(
                        config().build(),
                        config().optShared(true).build(),
                        config().optMap(OrthogonalMap.NEUMANN).build(),
                        config().optMap(OrthogonalMap.NEUMANN)
                                .optSeries(NeumannSeries.LAST_TWICE)
                                .build(),
                        config().optConstrained(100).build())) {
            Rotated.assertGradients(moved(config, Kind.LINEAR, LINEAR), weight, direction);
        }
    }

    @Test
    void adaptersOfSeveralFormsAreBuiltTogether() {
        WeightAdapter narrow = moved(config().build(), Kind.LINEAR, LINEAR);
        WeightAdapter wide = moved(config().build(), Kind.LINEAR, new Shape(5, 2 * IN));
        List<WeightTransform> transforms =
                WeightAdapter.transforms(
                        List.of(narrow, wide, narrow),
                        new ParameterStore(manager, false),
                        manager,
                        false);

        assertThat(transforms).hasSize(3);
        assertThat(transforms.get(0)).isEqualTo(transforms.get(2));
        assertThat(transforms.get(1).input().blocks().getShape())
                .isEqualTo(new Shape(1, 2 * BLOCKS, SIZE, SIZE));
    }

    @Test
    void sizesThatDoNotDivideAreRefusedWithThoseThatDo() {
        WeightSpec weight = Rotated.spec(Kind.LINEAR, new Shape(8, 48));

        assertThatThrownBy(() -> OftConfig.builder().build().newAdapters(List.of(weight)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Module layer: Blocks of size 32 do not divide 48 inputs; sizes that do"
                                + " are 2, 3, 4, 6, 8, 12, 16, 24, 48");
        assertThatThrownBy(() -> OftConfig.builder().optBlocks(48).build().newAdapter(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "48 blocks do not divide 48 inputs; numbers that do are 1, 2, 3, 4, 6, 8,"
                                + " 12, 16, 24");
    }

    @Test
    void checkpointsGetTheNearestDivisorAsInPeft() {
        assertThat(Division.nearest(48, 0, 64)).isEqualTo(new Division(1, 48));
        assertThat(Division.nearest(64, 0, 48)).isEqualTo(new Division(2, 32));
        assertThat(Division.nearest(768, 7, 0)).isEqualTo(new Division(6, 128));
        assertThat(Division.nearest(10, 0, 4)).isEqualTo(new Division(2, 5));
        assertThat(Division.nearest(12, 0, 9)).isEqualTo(new Division(2, 6));
        List<WeightAdapter> adapters =
                OftConfig.builder()
                        .build()
                        .adaptersForCheckpoint(
                                List.of(Rotated.spec(Kind.LINEAR, new Shape(8, 48))));
        assertThat(adapters).singleElement().hasToString("OftAdapter(2 blocks of 24, cayley)");
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThatThrownBy(
                        () ->
                                config().build()
                                        .newAdapter(Rotated.spec(Kind.EMBEDDING, new Shape(9, 6))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave it out of the targets");
        assertThatThrownBy(() -> config().optBlocks(2).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Set either a number of blocks (2) or a block size (3), not both");
        assertThatThrownBy(() -> config().optMap(OrthogonalMap.EXPONENTIAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OFT has no map 'exponential'; its maps are cayley and neumann");
        assertThatThrownBy(() -> config().optTerms(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 2");
        assertThatThrownBy(() -> config().optConstrained(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be positive");
    }

    @Test
    void tellsItsOptions() {
        assertThat(OftConfig.builder().build())
                .hasToString("oft(block size 32, targets " + Targets.allLinear() + ")");
        assertThat(
                        config().optMap(OrthogonalMap.NEUMANN)
                                .optShared(true)
                                .optConstrained(0.1)
                                .optTargets("query")
                                .build()
                                .withModulesToSave(List.of("head"))
                                .toString())
                .startsWith(
                        "oft(block size 3, neumann of 5 terms, shared, constrained to 0.1,"
                                + " last term once,");
        // a run that began with this series goes on under these words only
        assertThat(
                        config().optMap(OrthogonalMap.NEUMANN)
                                .optSeries(NeumannSeries.LAST_TWICE)
                                .build()
                                .toString())
                .startsWith("oft(block size 3, neumann of 5 terms, targets");
    }
}
