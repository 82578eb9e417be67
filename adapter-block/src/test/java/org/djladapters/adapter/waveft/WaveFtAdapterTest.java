/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.waveft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.adapter.random.TorchPermutation;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class WaveFtAdapterTest extends AddedMatrixFixture {

    /** Sides of odd and even length. */
    private static final Shape LINEAR = new Shape(3, 6);

    private static final WaveFtConfig CONFIG =
            WaveFtConfig.builder().optFrequencies(7).optScaling(3).build();

    WaveFtAdapterTest() {
        super(CONFIG, LINEAR);
    }

    /** The inverse transform by its definition, of places that count from the first row. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix spectrum = placed(adapter);
        SimpleMatrix change = new SimpleMatrix(3, 6);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 6; j++) {
                int row = i / 2;
                int column = j / 2;
                double rows = i % 2 == 0 ? 1 : -1;
                double columns = j % 2 == 0 ? 1 : -1;
                double sum = spectrum.get(row, column);
                sum += rows * spectrum.get(row, 3 + column);
                sum += columns * spectrum.get(2 + row, column);
                sum += rows * columns * spectrum.get(2 + row, 3 + column);
                change.set(i, j, 3 * sum / 2);
            }
        }
        return change;
    }

    private static SimpleMatrix placed(WeightAdapter adapter) {
        double[] values = parameter(adapter, "waveft_spectrum").toDoubleArray();
        long[] places = TorchPermutation.first(777, 18, 7);
        SimpleMatrix spectrum = new SimpleMatrix(4, 6);
        for (int k = 0; k < values.length; k++) {
            spectrum.set((int) places[k] / 6, (int) places[k] % 6, values[k]);
        }
        return spectrum;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(7);
    }

    @Test
    void canAddTheEntriesThemselves() {
        WaveFtConfig direct = WaveFtConfig.builder().optFrequencies(7).optDirect(true).build();
        WeightAdapter adapter =
                Rotated.moved(direct.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 0.5, manager);
        Rotated.assertClose(
                Rotated.adapted(adapter, weight, false),
                Rotated.matrix(weight).plus(placed(adapter).extractMatrix(0, 3, 0, 6).scale(25)));
    }

    @Test
    void sharesCoefficientsOutBySizes() {
        List<WeightAdapter> adapters =
                WaveFtConfig.builder()
                        .optFrequencies(10)
                        .optProportional(true)
                        .build()
                        .newAdapters(
                                List.of(
                                        Rotated.spec(Kind.LINEAR, LINEAR),
                                        Rotated.spec(Kind.LINEAR, new Shape(9, 6))));
        assertThat(adapters).extracting(WeightAdapter::size).containsExactly(5L, 15L);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        WaveFtConfig many = WaveFtConfig.builder().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> many.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("choose at most 18");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("waveft(frequencies 7, scaling 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("WaveFtAdapter(7 coefficients)");
    }
}
