/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.Device;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.pass.ModelState;

/** The choice of how the products of linear layers are computed, which fits the device. */
final class MatmulChoice {

    private final ModelState state;

    /** Whether somebody chose; otherwise a resumed training may choose. */
    private volatile boolean chosen;

    MatmulChoice(ModelState state) {
        this.state = state;
    }

    /** Chooses what the options say, or what is best on the device. */
    void open(OpenOptions options) {
        choose(options.matmul(device()));
        chosen = options.choosesMatmul();
    }

    void set(Matmul matmul) {
        choose(matmul);
        chosen = true;
    }

    /**
     * Goes on with the products of an interrupted training, so that it ends with the same bits,
     * unless others were chosen. On other devices than the CPU there is nothing to choose.
     */
    void resume(Matmul recorded) {
        if (!OpenOptions.hasChoice(device()) || recorded.equals(state.matmul())) {
            return;
        }
        if (chosen) {
            throw new IllegalArgumentException(
                    ("The training began with matrix products by %s, but this model uses %s; choose"
                                    + " %s or leave the choice open to resume, or start over")
                            .formatted(recorded, state.matmul(), recorded));
        }
        choose(recorded);
    }

    private void choose(Matmul matmul) {
        if (!OpenOptions.hasChoice(device()) && !matmul.equals(Matmul.MKL)) {
            throw new IllegalArgumentException(
                    "Matrix products by %s need a CPU, but the model is on %s; leave it at mkl"
                            .formatted(matmul, device()));
        }
        matmul.requireAvailable();
        state.choose(matmul);
    }

    private Device device() {
        return state.baseModel().manager().getDevice();
    }
}
