/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QualityPlotTest {

    @Test
    void aHeadFarBelowTheOthersDoesNotPressThemTogether() {
        Standing head = standing("head", 0, 40);
        List<Standing> standings =
                List.of(standing("compound", 4_536, 82), head, standing("lora", 331_776, 84));
        assertThat(QualityPlot.below(standings)).containsExactly(head);
    }

    @Test
    void aHeadNearTheOthersIsDrawn() {
        List<Standing> standings =
                List.of(
                        standing("compound", 4_536, 82),
                        standing("head", 0, 79.5),
                        standing("lora", 331_776, 84));
        assertThat(QualityPlot.below(standings)).isEmpty();
    }

    @Test
    void aHeadBesideOneMethodIsDrawn() {
        assertThat(QualityPlot.below(List.of(standing("lora", 8, 84), standing("head", 0, 40))))
                .isEmpty();
    }

    private static Standing standing(String label, long parameters, double value) {
        return new Standing(label, label, parameters, value, Double.NaN, 1);
    }
}
