/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionTest {

    @ParameterizedTest
    @EnumSource
    void isReadAndWrittenAsText(Precision precision) {
        assertThat(Precision.of(precision.toString())).isEqualTo(precision);
    }

    @Test
    void otherTextIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Precision.of("half"))
                .withMessage("There is no precision 'half'; choose one of auto, float32, bfloat16");
    }

    @Test
    void typesAreCalledAsPrecisions() {
        assertThat(Precision.nameOf(Precision.BFLOAT16.dataType())).isEqualTo("bfloat16");
        assertThat(Precision.nameOf(Precision.FLOAT32.dataType())).isEqualTo("float32");
        assertThat(Precision.nameOf(DataType.FLOAT16)).isEqualTo("float16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2.14 | bfloat16 (2.1 times as fast as float32 here)",
                "1.3 | bfloat16 (1.3 times as fast as float32 here)",
                "1.29 | float32 (bfloat16 is 1.3 times as fast here)",
                "0.88 | float32 (bfloat16 is 0.9 times as fast here)",
                "0 | float32 (this processor does not multiply bfloat16)"
            })
    void bfloat16IsChosenWhereItIsMuchFaster(double speedup, String description) {
        assertThat(PrecisionTrial.describe(speedup)).isEqualTo(description);
        assertThat(description).startsWith(PrecisionTrial.choose(speedup) + " ");
    }

    /** Whatever it is on this machine. */
    @Test
    void theTrialMeasuresOnceAProcess() {
        double speedup = PrecisionTrial.speedup();
        assertThat(speedup).isPositive().isEqualTo(PrecisionTrial.speedup());
    }
}
