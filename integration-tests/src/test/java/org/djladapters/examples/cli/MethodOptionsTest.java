/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodOptionsTest {

    /** The help of a command as one line of words. */
    private static String help() {
        return String.join(" ", Run.of("inspect", "--help").out()).replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--orders=K[,K...] | compound: orders of the compound matrices in a block."
                        + " Default: 1,2,3.",
                "--block-size=N | compound, oft, boft: size of the blocks in every layer; c3a: size"
                        + " of the circulant blocks, which divides the inputs and the outputs."
                        + " Default: 92 for compound, 32 for oft, 4 for boft, the largest that"
                        + " fits a layer for c3a.",
                "--terms=N | compound, oft, psoft: number of terms of the Neumann series. Default:"
                        + " 5.",
                "--dropout=P | lora, vera, unilora, psoft, loraxs, adalora, vblora, miss, randlora,"
                    + " tinylora, delora, gralora, pvera, deft: probability that an input of the"
                    + " update is dropped in a training step; boft: share of the blocks that are"
                    + " dropped. Default: 0.",
                "--rank=R | lora, vera, unilora, adalora, vblora, delora, pvera: rank of the"
                    + " update; hra: number of reflections, which is even; psoft, loraxs: number of"
                    + " singular vectors; loha: rank of the two matrices; lokr: rank of the larger"
                    + " matrix; shira: as many entries train as a low-rank update of this rank has"
                    + " parameters; miss: number of groups of inputs that share what they add;"
                    + " randlora: rank of each random matrix: a smaller one trains more; tinylora:"
                    + " number of pairs of singular vectors; gralora: rank that the blocks of the"
                    + " update share; hira: rank of what the weight is multiplied by; deft: number"
                    + " of directions that are replaced; peanut: width of the network of the"
                    + " weight. Default: 8 for lora, 256 for vera, 8 for hra, 4 for unilora, 32 for"
                    + " psoft, 16 for loraxs, 12 for adalora, 8 for loha, 8 for lokr, 32 for shira,"
                    + " 4 for vblora, 64 for miss, 32 for randlora, 2 for tinylora, 8 for delora,"
                    + " 32 for gralora, 32 for hira, 256 for pvera, 8 for deft, 32 for peanut.",
                "--rslora | lora: scale by alpha / sqrt(rank).",
                "--bias=BIAS | Biases of the base model that are trained too:",
            })
    void anOptionNamesTheMethodsThatTakeItAndTheirDefaults(String option, String text) {
        assertThat(help()).contains(option + " " + text);
    }

    @Test
    void theMethodsThatAdaptWeightsAreListedBeforeThoseToCompareWith() {
        assertThat(help())
                .containsPattern(
                        "--method=METHOD compound, lora, [a-z0-9, ]+; lntuning [a-z() ]+; or, for"
                                + " comparison, head");
    }
}
