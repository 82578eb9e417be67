/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDList;
import ai.djl.util.StringPair;
import org.junit.jupiter.api.Test;

class ReplacementChoiceTest {

    @Test
    void onlyVectorsAndBareArraysStayWithTheirAdapter() {
        assertThat(Replacement.of(String.class, float[].class)).isEqualTo(Replacement.KEEP);
        assertThat(Replacement.of(NDList.class, NDList.class)).isEqualTo(Replacement.KEEP);
        assertThat(Replacement.of(StringPair.class, float[].class)).isEqualTo(Replacement.FOLLOW);
        assertThat(Replacement.of(StringPair.class, Float.class)).isEqualTo(Replacement.FOLLOW);
        assertThat(Replacement.of(String.class, Classifications.class))
                .isEqualTo(Replacement.FOLLOW);
    }
}
