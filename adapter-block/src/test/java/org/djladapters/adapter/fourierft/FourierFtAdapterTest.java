/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.random.TorchPermutation;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class FourierFtAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final FourierFtConfig CONFIG =
            FourierFtConfig.builder().optFrequencies(5).optScaling(3).build();

    FourierFtAdapterTest() {
        super(CONFIG, LINEAR);
    }

    /** The inverse transform by its definition. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[] values = parameter(adapter, "fourierft_spectrum").toDoubleArray();
        long[] places = TorchPermutation.first(777, 24, 5);
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int k = 0; k < values.length; k++) {
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 6; j++) {
                    double turn = places[k] / 6 * i / 4.0 + places[k] % 6 * j / 6.0;
                    double wave = values[k] * Math.cos(2 * Math.PI * turn);
                    change.set(i, j, change.get(i, j) + 3 * wave / 24);
                }
            }
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(5);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                FourierFtConfig.builder()
                                        .optFrequencies(25)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("choose at most 24");
    }

    /** What torch.randperm(24, generator=torch.Generator().manual_seed(777))[:5] gives. */
    @Test
    void drawsThePlacesThatPyTorchDraws() {
        assertThat(TorchPermutation.first(777, 24, 5)).containsExactly(23, 2, 19, 17, 1);
        assertThat(TorchPermutation.first(5, 7, 7)).containsExactly(1, 0, 4, 2, 6, 5, 3);
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("fourierft(frequencies 5, scaling 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("FourierFtAdapter(5 frequencies)");
    }
}
