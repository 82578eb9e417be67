/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * The engine's gradient collector, which also computes the gradients of adapters with custom
 * backward passes. Training passes give adapters such while it is open.
 */
final class AdapterGradientCollector implements GradientCollector {

    /** What the engine says of a gradient that comes to outputs whose own was taken away. */
    private static final Pattern GONE =
            Pattern.compile(
                    "size of tensor a \\(0\\) must match|output with shape \\[0\\]"
                            + "|can't be cast to the desired output type Long");

    private final GradientCollector engine;
    private final AdaptedBlock block;
    private final Runnable onClose;
    private final List<CustomBackwardPass> passes = new ArrayList<>();

    AdapterGradientCollector(GradientCollector engine, AdaptedBlock block, Runnable onClose) {
        this.engine = engine;
        this.block = block;
        this.onClose = onClose;
    }

    /** Takes over a pass. */
    void add(CustomBackwardPass pass) {
        passes.add(pass);
    }

    @Override
    public void backward(NDArray target) {
        try {
            if (passes.stream().anyMatch(CustomBackwardPass::goesOn)) {
                // what comes before a pass may have a way to the target that leaves the pass out
                TransformKernel.backward(target);
            } else {
                engine.backward(target);
            }
            goThroughPasses();
        } catch (EngineException e) {
            if (GONE.matcher(String.valueOf(e.getMessage())).find()) {
                throw new IllegalStateException(
                        "The backward pass of a training step can run only once, and it has run"
                                + " already; add the losses up and call backward once",
                        e);
            }
            throw e;
        }
    }

    private void goThroughPasses() {
        // a pass may have run on what an earlier one returned
        for (int i = passes.size() - 1; i >= 0; i--) {
            if (block.backward(passes.get(i)::backward)) {
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
            block.endCollecting(this);
            passes.forEach(CustomBackwardPass::close);
            passes.clear();
        } finally {
            engine.close();
            onClose.run();
        }
    }
}
