/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HraAdapterTest {

    private static final int IN = 6;
    private static final Shape LINEAR = new Shape(5, IN);
    private static final HraConfig FOUR = HraConfig.builder().optRank(4).build();

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private NDArray random(Shape shape) {
        return manager.randomNormal(0, 1, shape, DataType.FLOAT64);
    }

    private WeightAdapter moved(HraConfig config, Kind kind, Shape shape) {
        return moved(config.newAdapter(Rotated.spec(kind, shape)));
    }

    private WeightAdapter moved(WeightAdapter adapter) {
        return Rotated.moved(adapter, 0.5, manager);
    }

    private static NDArray vectors(WeightAdapter adapter) {
        return adapter.getParameters().get("hra_u").getArray();
    }

    /** The product of the reflections in the order of their columns. */
    private static SimpleMatrix product(WeightAdapter adapter) {
        SimpleMatrix columns = Rotated.matrix(vectors(adapter));
        SimpleMatrix product = SimpleMatrix.identity(columns.getNumRows());
        for (int i = 0; i < columns.getNumCols(); i++) {
            SimpleMatrix u = columns.getColumn(i);
            double norm = u.normF();
            product = product.minus(product.mult(u).mult(u.transpose()).scale(2 / (norm * norm)));
        }
        return product;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void startsWithEqualPairsThatLeaveTheWeight(int rank) {
        WeightAdapter adapter =
                HraConfig.builder()
                        .optRank(rank)
                        .build()
                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
        adapter.initialize(manager, DataType.FLOAT64, LINEAR);
        NDArray weight = random(LINEAR);

        Rotated.assertClose(Rotated.adapted(adapter, weight, false), Rotated.matrix(weight));
        NDArray vectors = vectors(adapter);
        assertThat(vectors.getShape()).isEqualTo(new Shape(IN, rank));
        for (int i = 0; i < rank; i += 2) {
            assertThat(vectors.get(":, {}", i)).isEqualTo(vectors.get(":, {}", i + 1));
        }
        double largest = vectors.abs().max().getDouble();
        assertThat(largest).isBetween(0.5 * Math.sqrt(2.0 / rank), Math.sqrt(2.0 / rank));
    }

    @Test
    void reflectsTheInputsOneAfterTheOther() {
        WeightAdapter adapter = moved(FOUR, Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);

        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).mult(product(adapter)));
    }

    @Test
    void reflectsAtTheSpaceOfVectorsThatAreMadeOrthonormal() {
        HraConfig three = HraConfig.builder().optRank(3).set(HraConfig.ORTHONORMAL, true).build();
        WeightSpec spec = Rotated.spec(Kind.LINEAR, LINEAR);
        WeightAdapter adapter = moved(three.adaptersForCheckpoint(List.of(spec)).get(0));
        NDArray weight = random(LINEAR);

        SimpleMatrix u = Rotated.matrix(vectors(adapter));
        SimpleMatrix projection = u.mult(u.transpose().mult(u).invert()).mult(u.transpose());
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).mult(SimpleMatrix.identity(IN).minus(projection.scale(2))));
        Rotated.assertGradients(adapter, weight, random(LINEAR));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> three.newAdapter(spec))
                .withMessageContaining("can't start where the weight is unchanged");
    }

    @Test
    void takesTransposedWeightsAndFiltersAsTheyLie() {
        Shape transposed = new Shape(IN, 5);
        WeightAdapter turned = moved(FOUR, Kind.CONV1D, transposed);
        NDArray weight = random(transposed);
        Rotated.assertClose(
                Rotated.adapted(turned, weight, false),
                product(turned).transpose().mult(Rotated.matrix(weight)));

        Shape filters = new Shape(5, 2, 3, 1);
        WeightAdapter convolution = moved(FOUR, Kind.CONV2D, filters);
        NDArray filter = random(filters);
        Rotated.assertClose(
                Rotated.adapted(convolution, filter, false),
                Rotated.matrix(filter.reshape(5, IN)).mult(product(convolution)));
    }

    @Test
    void hasTheGradientsOfItsFormula() {
        NDArray weight = random(LINEAR);
        Rotated.assertGradients(moved(FOUR, Kind.LINEAR, LINEAR), weight, random(LINEAR));
    }

    @Test
    void adaptersOfOneFormAreBuiltTogether() {
        List<WeightAdapter> adapters =
                List.of(moved(FOUR, Kind.LINEAR, LINEAR), moved(FOUR, Kind.LINEAR, LINEAR));
        vectors(adapters.get(1)).subi(1);
        ParameterStore store = new ParameterStore(manager, false);

        List<NDArray> rotations =
                WeightAdapter.transforms(adapters, store, manager, false).stream()
                        .map(transform -> transform.input().blocks().reshape(IN, IN))
                        .toList();

        for (int i = 0; i < 2; i++) {
            Rotated.assertClose(rotations.get(i), product(adapters.get(i)).transpose());
        }
    }

    @Test
    void anOddNumberIsForCheckpointsOnly() {
        HraConfig odd = HraConfig.builder().optRank(3).build();
        WeightSpec spec = Rotated.spec(Kind.LINEAR, LINEAR);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> odd.newAdapter(spec))
                .withMessageContaining("odd number of reflections (3)")
                .withMessageContaining("choose an even rank");

        WeightAdapter stored = moved(odd.adaptersForCheckpoint(List.of(spec)).get(0));
        NDArray weight = random(LINEAR);
        Rotated.assertClose(
                Rotated.adapted(stored, weight, false),
                Rotated.matrix(weight).mult(product(stored)));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HraConfig.builder().optRank(0))
                .withMessageContaining("rank must be at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HraConfig.builder().optRank(130))
                .withMessageContaining("rank must be at most 128");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> moved(FOUR, Kind.EMBEDDING, LINEAR))
                .withMessageContaining("embedding");
    }

    @Test
    void readsAsText() {
        assertThat(FOUR.withTargets(Targets.of("query"))).hasToString("hra(rank 4, targets query)");
        assertThat(moved(FOUR, Kind.LINEAR, LINEAR)).hasToString("HraAdapter(4 reflections)");
    }
}
