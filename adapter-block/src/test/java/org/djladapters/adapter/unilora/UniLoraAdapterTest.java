/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UniLoraAdapterTest extends AdapterFixture {

    private static final int RANK = 2;

    private static final UniLoraConfig EIGHT =
            UniLoraConfig.builder()
                    .optRank(RANK)
                    .optVectorLength(8)
                    .optInitialBound(1)
                    .optSaveIndices(true)
                    .build();

    /**
     * Which of 8 entries those of A (2, 5) and B (7, 2), then of A (2, 4) and B (2, 2), are in PEFT
     * 0.20.0 with seed 42.
     */
    private static final long[][] CHOSEN = {
        {7, 4, 6, 3, 0, 1, 2, 6, 1, 4},
        {1, 5, 6, 0, 7, 5, 6, 5, 0, 2, 0, 3, 7, 4},
        {6, 1, 3, 2, 7, 2, 4, 5},
        {4, 0, 3, 3}
    };

    private static WeightSpec linear(long out, long in) {
        return WeightSpec.linear(new Shape(out, in), DataType.FLOAT64);
    }

    private List<WeightAdapter> two() {
        WeightSpec turned =
                new WeightSpec("c_attn", Kind.CONV1D, new Shape(4, 2), DataType.FLOAT64, true);
        List<WeightAdapter> adapters = EIGHT.newAdapters(List.of(linear(7, 5), turned));
        adapters.forEach(this::started);
        return adapters;
    }

    private static Parameter vector(WeightAdapter adapter) {
        return adapter.sharedParameters().get("unilora_theta_d");
    }

    private static SimpleMatrix factor(long[] chosen, double[] vector, int rows) {
        double[] values = new double[chosen.length];
        for (int i = 0; i < values.length; i++) {
            double uses = 0;
            for (long[] part : CHOSEN) {
                for (long entry : part) {
                    uses += entry == chosen[i] ? 1 : 0;
                }
            }
            values[i] = vector[(int) chosen[i]] / Math.sqrt(uses);
        }
        return new SimpleMatrix(rows, values.length / rows, true, values);
    }

    @Test
    void layersShareOneVectorWhichNoneOfThemHasForItself() {
        List<WeightAdapter> adapters = two();

        assertThat(vector(adapters.get(0))).isSameAs(vector(adapters.get(1)));
        assertThat(vector(adapters.get(0)).getArray().getShape()).isEqualTo(new Shape(8));
        assertThat(adapters)
                .allSatisfy(adapter -> assertThat(adapter.getParameters().size()).isZero())
                .allSatisfy(adapter -> assertThat(adapter.size()).isZero());
    }

    @Test
    void entriesAreThoseOfPeft() {
        List<WeightAdapter> adapters = two();
        for (int i = 0; i < 2; i++) {
            assertThat(adapters.get(i).fixed().get("unilora_indices_A").toLongArray())
                    .containsExactly(CHOSEN[2 * i]);
            assertThat(adapters.get(i).fixed().get("unilora_indices_B").toLongArray())
                    .containsExactly(CHOSEN[2 * i + 1]);
        }
    }

    @Test
    void addsTheProductOfTheEntriesOfTheVector() {
        List<WeightAdapter> adapters = two();
        double[] vector = vector(adapters.get(0)).getArray().toDoubleArray();
        for (int i = 0; i < 2; i++) {
            WeightAdapter adapter = adapters.get(i);
            NDArray weight = random(adapter.weight().shape());

            SimpleMatrix product =
                    factor(CHOSEN[2 * i + 1], vector, adapter.weight().features())
                            .mult(factor(CHOSEN[2 * i], vector, RANK));

            SimpleMatrix change = i == 0 ? product : product.transpose();
            // scales are kept in float32
            assertThat(
                            Rotated.matrix(adapted(adapter, weight))
                                    .minus(Rotated.matrix(weight))
                                    .minus(change)
                                    .elementMaxAbs())
                    .isLessThan(1e-6);
        }
    }

    @Test
    void anAdapterThatStandsAloneHasTheVectorAsItsParameter() {
        WeightAdapter adapter = started(EIGHT.newAdapter(linear(7, 5)));

        assertThat(adapter.getParameters().keys()).containsExactly("unilora_theta_d");
        assertThat(adapter.size()).isEqualTo(8);
        assertThat(adapter.sharedParameters()).isEmpty();
        Rotated.assertGradients(adapter, random(new Shape(7, 5)), random(new Shape(7, 5)));
    }

    @Test
    void aVectorMayBeLongerThanTheUpdatesAreLarge() {
        UniLoraConfig config = UniLoraConfig.builder().optRank(1).optVectorLength(50).build();
        WeightAdapter adapter = started(config.newAdapter(linear(3, 4)));

        NDArray changed = adapted(adapter, manager.zeros(new Shape(3, 4), DataType.FLOAT64));

        assertThat(changed.abs().max().getDouble()).isBetween(1e-9, 0.02 * 0.02);
    }

    @Test
    void isClosedOnce() {
        List<WeightAdapter> adapters = two();
        Parameter vector = vector(adapters.get(0));
        adapters.forEach(WeightAdapter::close);
        assertThat(vector.isInitialized()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONV2D", "EMBEDDING", "WEIGHT"})
    void otherLayersAreRefused(Kind kind) {
        WeightSpec other =
                new WeightSpec("other", kind, new Shape(3, 3, 1, 1), DataType.FLOAT32, true);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EIGHT.newAdapters(List.of(linear(3, 3), other)))
                .withMessage(
                        "Module other: Uni-LoRA adapts linear layers, which this is not; leave it"
                                + " out of the targets");
    }

    @Test
    void wrongOptionsAreRefused() {
        UniLoraConfig.Builder builder = UniLoraConfig.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optVectorLength(0))
                .withMessage("The vector length must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optSeed(-1))
                .withMessage("The seed of the projection must not be negative, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.optInitialBound(0))
                .withMessage("The initial bound must be a finite number above 0, got 0");
        UniLoraConfig large = builder.optRank(1 << 28).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> large.newAdapter(linear(3, 3)))
                .withMessageContaining("choose a smaller rank or fewer targets");
    }

    @Test
    void itsTextNamesItsOptions() {
        assertThat(UniLoraConfig.builder().optTargets("query").build())
                .hasToString("unilora(rank 4, vector length 256, targets query)");
        assertThat(EIGHT.toString()).contains("initial bound 1", "indices saved");
    }
}
