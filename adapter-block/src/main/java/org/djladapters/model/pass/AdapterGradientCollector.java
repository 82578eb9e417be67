/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * The first step of a backward pass: the engine's gradient collector, which then has the passes
 * that were recorded while it is open compute the gradients of custom backward passes.
 */
final class AdapterGradientCollector implements GradientCollector {

    /** The engine's message about a gradient that comes to outputs whose own was taken away. */
    private static final Pattern GONE =
            Pattern.compile(
                    "size of tensor a \\(0\\) must match|output with shape \\[0\\]"
                            + "|can't be cast to the desired output type Long");

    private final GradientCollector engine;
    private final TrainingPasses training;
    private final Runnable onClose;
    private final List<RecordedPass> passes = new ArrayList<>();

    AdapterGradientCollector(GradientCollector engine, TrainingPasses training, Runnable onClose) {
        this.engine = engine;
        this.training = training;
        this.onClose = onClose;
    }

    void add(RecordedPass pass) {
        passes.add(pass);
    }

    @Override
    public void backward(NDArray target) {
        try {
            if (passes.stream().anyMatch(RecordedPass::goesOn)) {
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
            if (training.backward(passes.get(i))) {
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
            training.endCollecting(this);
            passes.forEach(RecordedPass::close);
            passes.clear();
        } finally {
            engine.close();
            onClose.run();
        }
    }
}
