/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;

/**
 * The engine's gradient collector, which also computes the gradients of adapters on tapes. Training
 * passes put adapters on tapes while it is open.
 */
final class TapingCollector implements GradientCollector {

    /** What the engine says of a gradient for outputs whose own has been taken away. */
    private static final String GONE = "can't be cast to the desired output type Long";

    private final GradientCollector engine;
    private final AdaptedBlock block;
    private final Runnable onClose;
    private final List<TapedPass> passes = new ArrayList<>();

    TapingCollector(GradientCollector engine, AdaptedBlock block, Runnable onClose) {
        this.engine = engine;
        this.block = block;
        this.onClose = onClose;
    }

    /** Takes over a pass. */
    void add(TapedPass pass) {
        passes.add(pass);
    }

    @Override
    public void backward(NDArray target) {
        try {
            engine.backward(target);
        } catch (EngineException e) {
            throw String.valueOf(e.getMessage()).contains(GONE)
                    ? new IllegalStateException(
                            "A training pass can be gone back through once only, and something that"
                                    + " was computed from its outputs already was; add the losses"
                                    + " up and go back once.",
                            e)
                    : e;
        }
        // a pass may have run on what an earlier one returned
        for (int i = passes.size() - 1; i >= 0; i--) {
            if (passes.get(i).backward()) {
                passes.remove(i).close();
            }
        }
    }

    @Override
    public void zeroGradients() {
        engine.zeroGradients();
    }

    @Override
    public void close() {
        try {
            block.endTaping(this);
            passes.forEach(TapedPass::close);
            passes.clear();
        } finally {
            engine.close();
            onClose.run();
        }
    }
}
