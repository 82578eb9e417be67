/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class TinyLoraAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final TinyLoraConfig CONFIG = TinyLoraConfig.builder().optNumbers(3).build();

    TinyLoraAdapterTest() {
        super(CONFIG, LINEAR);
    }

    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        double[] numbers = parameter(adapter, "tinylora_v.0").toDoubleArray();
        double[] projections = adapter.fixed().get("tinylora_P").toDoubleArray();
        SimpleMatrix middle = new SimpleMatrix(2, 2);
        for (int i = 0; i < 3 * 4; i++) {
            middle.set(i % 4, middle.get(i % 4) + numbers[i / 4] * projections[i]);
        }
        SimpleMatrix up = Rotated.matrix(adapter.fixed().get("tinylora_B"));
        return up.mult(middle).mult(Rotated.matrix(adapter.fixed().get("tinylora_A")));
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(3);
    }

    @Test
    void isBetweenTheLargestSingularVectors() {
        WeightAdapter adapter = moved(Kind.LINEAR, LINEAR, 0);
        SimpleMatrix up = Rotated.matrix(adapter.fixed().get("tinylora_B"));
        SimpleMatrix down = Rotated.matrix(adapter.fixed().get("tinylora_A"));
        double[] values = Rotated.matrix(weight).svd(true).getSingularValues();
        assertThat(up.mult(down).normF()).isCloseTo(Math.hypot(values[0], values[1]), within(1e-9));
    }

    @Test
    void neighboursShareNumbers() {
        List<WeightAdapter> adapters =
                TinyLoraConfig.builder()
                        .optTying(0.5)
                        .build()
                        .newAdapters(Collections.nCopies(5, Rotated.spec(Kind.LINEAR, LINEAR)));
        // of 5 layers 2.5, that is 2 groups
        assertThat(adapters.stream().map(a -> a.sharedParameters().keySet().toString()))
                .containsExactly(
                        "[tinylora_v.0]",
                        "[tinylora_v.0]",
                        "[tinylora_v.1]",
                        "[tinylora_v.1]",
                        "[tinylora_v.1]");
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TinyLoraConfig.builder().optTying(2))
                .withMessageContaining("must be from 0 to 1");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("tinylora(rank 2, numbers 3, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("TinyLoraAdapter(rank 2, 3 numbers)");
    }
}
