/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8MatrixTest {

    private static final int ROWS = 7;
    private static final int COLUMNS = 33;

    private final float[] matrix = new float[ROWS * COLUMNS];

    Int8MatrixTest() {
        Random random = new Random(5);
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = (float) (random.nextGaussian() * Math.pow(10, i / COLUMNS - 3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Int8Matrix.LAYER, Int8Matrix.EMBEDDING})
    void everyElementIsAtMostHalfAStepAway(int largest) {
        Int8Matrix rounded = Int8Matrix.ofRows(FloatBuffer.wrap(matrix), ROWS, COLUMNS, largest);
        for (int row = 0; row < ROWS; row++) {
            double scale = rounded.scales()[row];
            int most = 0;
            for (int column = 0; column < COLUMNS; column++) {
                int value = rounded.values()[row * COLUMNS + column];
                most = Math.max(most, Math.abs(value));
                assertThat(value * scale)
                        .isCloseTo(matrix[row * COLUMNS + column], within(scale * 0.5001));
            }
            assertThat(most).as("the whole range is used").isEqualTo(largest);
        }
    }

    @Test
    void theElementsOfATransposeAreTheSame() {
        float[] turned = new float[matrix.length];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                turned[column * ROWS + row] = matrix[row * COLUMNS + column];
            }
        }
        Int8Matrix rows = Int8Matrix.ofRows(FloatBuffer.wrap(matrix), ROWS, COLUMNS, 63);
        Int8Matrix columns = Int8Matrix.ofColumns(FloatBuffer.wrap(turned), ROWS, COLUMNS, 63);
        assertThat(columns.values()).isEqualTo(rows.values());
        assertThat(columns.scales()).isEqualTo(rows.scales());
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                assertThat(rows.byColumns()[column * ROWS + row])
                        .isEqualTo(rows.values()[row * COLUMNS + column]);
            }
        }
    }

    /** The sum of two products that processors without VNNI add up in 16 bits. */
    @Test
    void twoProductsWithTheLargestActivationsFitInto16Bits() {
        assertThat(2 * 255 * Int8Matrix.LAYER).isLessThanOrEqualTo(Short.MAX_VALUE);
    }

    @Test
    void rowsOfZerosAndOfTheSmallestNumbersHaveAScaleThatIsNotZero() {
        float[] small = {0, 0, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-38f, 3e-38f};
        Int8Matrix rounded = Int8Matrix.ofRows(FloatBuffer.wrap(small), 3, 2, 63);
        assertThat(rounded.values()).containsOnly(0);
        assertThat(rounded.scales()).containsOnly(1);
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        for (float number : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            FloatBuffer row = FloatBuffer.wrap(new float[] {1, number});
            assertThatThrownBy(() -> Int8Matrix.ofRows(row, 1, 2, 63))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a finite number");
        }
    }
}
