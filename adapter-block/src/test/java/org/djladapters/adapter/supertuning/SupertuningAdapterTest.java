/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.supertuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class SupertuningAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final SupertuningConfig CONFIG =
            SupertuningConfig.builder().optSparsity(0.75).build();

    SupertuningAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[] values = parameter(adapter, "supertuning_values").toDoubleArray();
        int[] places = adapter.fixed().get("supertuning_indices").toIntArray();
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < values.length; i++) {
            change.set(places[i], values[i]);
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(6);
    }

    @Test
    void trainsTheLargestEntriesOrTheSmallest() {
        double[] sorted = weight.abs().flatten().sort().toDoubleArray();
        assertThat(sizes(moved(Kind.LINEAR, LINEAR, 0)))
                .allMatch(size -> size >= sorted[sorted.length - 6]);

        WeightAdapter smallest =
                Rotated.moved(
                        SupertuningConfig.builder()
                                .optSparsity(0.75)
                                .optSmallest(true)
                                .build()
                                .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)),
                        0,
                        manager);
        smallest.initializeFrom(weight);
        assertThat(sizes(smallest)).allMatch(size -> size <= sorted[5]);
    }

    private List<Double> sizes(WeightAdapter adapter) {
        double[] entries = weight.toDoubleArray();
        return IntStream.of(adapter.fixed().get("supertuning_indices").toIntArray())
                .mapToObj(place -> Math.abs(entries[place]))
                .toList();
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SupertuningConfig.builder().optSparsity(1))
                .withMessageContaining("below 1");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                SupertuningConfig.builder()
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("leaves nothing of 24 entries");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("supertuning(sparsity 0.75, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("SupertuningAdapter(6 entries)");
    }
}
