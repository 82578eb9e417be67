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
        assertThat(random.uniform(3))
                .containsExactly(0.8302518725395203f, 0.12611091136932373f, 0.9074696898460388f);
    }

    /** What torch.nn.init.kaiming_uniform_ gives with a of sqrt(5) for (2, 3) in bfloat16. */
    @Test
    void drawsNarrowUniformNumbers() {
        assertThat(random.narrowUniform(6, 1 / Math.sqrt(3)))
                .containsExactly(
                        -0.130859375f,
                        0.3515625f,
                        0.5f,
                        0.275390625f,
                        0.4609375f,
                        -0.045166015625f);
    }

    /** What torch.normal gives for mean 0 and deviation 0.5; other processors round differently. */
    @Test
    void drawsNormalNumbers() {
        assertThat(random.normal(5, 0.5))
                .containsExactly(
                        new float[] {
                            -0.24339038133621216f,
                            -0.30191078782081604f,
                            -0.2790481150150299f,
                            0.33376213908195496f,
                            -0.09870754927396774f
                        },
                        within(1e-6f));
        assertThat(new TorchRandom(5).normal(18, 0.5))
                .containsExactly(
                        new float[] {
                            0.9211649298667908f,
                            0.25944358110427856f,
                            -0.16822467744350433f,
                            -0.4825300872325897f,
                            -0.06483133882284164f,
                            -0.30088281631469727f,
                            0.07249928265810013f,
                            -0.07491358369588852f,
                            1.3072885274887085f,
                            -0.2170114815235138f,
                            -0.029169730842113495f,
                            -1.0152475833892822f,
                            0.7414661645889282f,
                            0.24701903760433197f,
                            0.12460938841104507f,
                            0.8735157251358032f,
                            0.37238848209381104f,
                            0.01582844741642475f
                        },
                        within(1e-6f));
    }
}
