/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.djladapters.ManagerFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RoadAdapterTest extends ManagerFixture {

    private static final int IN = 5;
    private static final int OUT = 12;
    private static final int GROUP = 4;
    private static final Shape LINEAR = new Shape(OUT, IN);

    private NDArray random(Shape shape) {
        return manager.randomNormal(0, 1, shape, DataType.FLOAT64);
    }

    private static WeightAdapter adapter(RoadVariant variant, int group, Kind kind, Shape shape) {
        return RoadConfig.builder()
                .optVariant(variant)
                .optGroupSize(group)
                .build()
                .newAdapter(Rotated.spec(kind, shape));
    }

    private WeightAdapter moved(RoadVariant variant, Kind kind, Shape shape) {
        return Rotated.moved(adapter(variant, GROUP, kind, shape), 0.5, manager);
    }

    private static double[] values(WeightAdapter adapter, String parameter) {
        return adapter.getParameters().get(parameter).getArray().toDoubleArray();
    }

    /** The matrix by which results are multiplied from the left, entry by entry. */
    private static SimpleMatrix dense(WeightAdapter adapter, RoadVariant variant) {
        double[] theta = values(adapter, "road_theta");
        double[] alpha = values(adapter, "road_alpha");
        SimpleMatrix dense = new SimpleMatrix(OUT, OUT);
        for (int output = 0; output < OUT; output++) {
            int group = output / GROUP;
            int place = output % GROUP;
            boolean first = place < GROUP / 2;
            int cosine =
                    switch (variant) {
                        case ROAD_1 -> group * GROUP / 2 + place % (GROUP / 2);
                        case ROAD_2 -> output;
                        case ROAD_4 -> 2 * group * GROUP + place;
                    };
            int sine = variant == RoadVariant.ROAD_4 ? cosine + GROUP : cosine;
            int partner = first ? output + GROUP / 2 : output - GROUP / 2;
            dense.set(output, output, alpha[cosine] * Math.cos(theta[cosine]));
            dense.set(output, partner, (first ? -1 : 1) * alpha[sine] * Math.sin(theta[sine]));
        }
        return dense;
    }

    @ParameterizedTest
    @CsvSource({"ROAD_1, 12", "ROAD_2, 24", "ROAD_4, 48"})
    void startsAtTheIdentity(RoadVariant variant, int size) {
        WeightAdapter adapter = adapter(variant, GROUP, Kind.LINEAR, LINEAR);
        adapter.initialize(manager, DataType.FLOAT64, LINEAR);
        NDArray weight = random(LINEAR);

        assertThat(adapter.size()).isEqualTo(size);
        assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
    }

    @ParameterizedTest
    @EnumSource
    void turnsWeightAndBias(RoadVariant variant) {
        WeightAdapter adapter = moved(variant, Kind.LINEAR, LINEAR);
        NDArray weight = random(LINEAR);
        NDArray bias = random(new Shape(OUT));
        ParameterStore store = new ParameterStore(manager, false);

        NDList turned = adapter.forward(store, new NDList(weight, bias), false);

        SimpleMatrix dense = dense(adapter, variant);
        Rotated.assertClose(turned.get(0), dense.mult(Rotated.matrix(weight)));
        Rotated.assertClose(turned.get(1), dense.mult(Rotated.matrix(bias.expandDims(1))));
    }

    @Test
    void takesTransposedWeightsAsTheyLie() {
        Shape transposed = new Shape(IN, OUT);
        WeightAdapter adapter = moved(RoadVariant.ROAD_2, Kind.CONV1D, transposed);
        NDArray weight = random(transposed);
        SimpleMatrix dense = dense(adapter, RoadVariant.ROAD_2);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).mult(dense.transpose()));
    }

    @ParameterizedTest
    @EnumSource
    void hasTheGradientsOfItsFormula(RoadVariant variant) {
        Rotated.assertGradients(
                moved(variant, Kind.LINEAR, LINEAR), random(LINEAR), random(LINEAR));
    }

    @Test
    void whatCanNotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(RoadVariant.ROAD_1, 8, Kind.LINEAR, LINEAR))
                .withMessage(
                        "Groups of size 8 do not divide 12 outputs; even sizes that do are 2, 4, 6,"
                                + " 12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(RoadVariant.ROAD_1, 8, Kind.LINEAR, new Shape(3, IN)))
                .withMessageContaining("leave the layer out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> adapter(RoadVariant.ROAD_1, 4, Kind.EMBEDDING, LINEAR))
                .withMessageContaining("RoAd adapts linear layers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoadConfig.builder().optGroupSize(7))
                .withMessageContaining("must be even");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoadConfig.builder().optGroupSize(0))
                .withMessageContaining("must be at least 1");
    }

    @Test
    void readsAsText() {
        assertThat(RoadConfig.builder().optTargets(Targets.of("query")).build())
                .hasToString("road(variant road_1, group size 64, targets query)");
        assertThat(adapter(RoadVariant.ROAD_2, 4, Kind.LINEAR, LINEAR))
                .hasToString("RoadAdapter(road_2, groups of 4)");
    }
}
