/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Numbers that PyTorch draws on a CPU from a generator of seed 5. */
class TorchRandomTest {

    private final TorchRandom random = new TorchRandom(5);

    /** What torch.rand(3) gives. */
    @Test
    void drawsUniformNumbers() {
        assertThat(random.uniform(3)).containsExactly(0.8302519f, 0.12611091f, 0.9074697f);
    }

    /** What torch.nn.init.kaiming_uniform_ gives with a of sqrt(5) for (2, 3) in bfloat16. */
    @Test
    void drawsNarrowUniformNumbers() {
        assertThat(random.narrowUniform(6, 1 / Math.sqrt(3)))
                .containsExactly(
                        -0.13085938f, 0.3515625f, 0.5f, 0.27539062f, 0.4609375f, -0.045166016f);
    }

    /** What torch.normal gives for mean 0 and deviation 0.5; other processors round differently. */
    @Test
    void drawsNormalNumbers() {
        assertThat(random.normal(5, 0.5))
                .containsExactly(
                        new float[] {
                            -0.24339038f, -0.3019108f, -0.27904812f, 0.33376214f, -0.09870755f
                        },
                        within(1e-6f));
        assertThat(new TorchRandom(5).normal(18, 0.5))
                .containsExactly(
                        new float[] {
                            0.92116493f,
                            0.25944358f,
                            -0.16822468f,
                            -0.4825301f,
                            -0.06483134f,
                            -0.30088282f,
                            0.07249928f,
                            -0.07491358f,
                            1.3072885f,
                            -0.21701148f,
                            -0.02916973f,
                            -1.0152476f,
                            0.74146616f,
                            0.24701904f,
                            0.12460939f,
                            0.8735157f,
                            0.37238848f,
                            0.015828447f
                        },
                        within(1e-6f));
    }
}
