/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.PassRecorder;

/**
 * The step of a training pass between forward and backward: what was recorded, and the owner of
 * what the backward pass needs.
 */
final class RecordedPass implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final PassRecorder recorder;
    private final CustomBackwards customBackwards;
    private final long number = NUMBERS.incrementAndGet();

    /** Whether the backward pass goes on from the inputs. */
    private boolean goesOn;

    RecordedPass(PassRecorder recorder, CustomBackwards customBackwards) {
        this.recorder = recorder;
        this.customBackwards = customBackwards;
    }

    CustomBackwards customBackwards() {
        return customBackwards;
    }

    NDManager owner() {
        return customBackwards.owner();
    }

    /** Runs the pass with what is applied, see {@link PassRecorder#record}. */
    Optional<NDList> run(ParameterStore store, NDList inputs, boolean pooled) {
        try (NDManager scope = owner().newSubManager()) {
            goesOn = TransformKernel.needGradients(inputs, scope);
        }
        return recorder.record(store, inputs, number, pooled);
    }

    /** Tells whether inputs come from something that gets gradients too. */
    boolean goesOn() {
        return goesOn;
    }

    /** Computes gradients after a backward pass has come to the outputs. */
    boolean backward() {
        try (NDManager scope = owner().newSubManager()) {
            Optional<Map<TargetModule, List<NDList>>> uses = recorder.backward(number, scope);
            uses.ifPresent(found -> customBackwards.backward(found, scope));
            return uses.isPresent();
        }
    }

    @Override
    public void close() {
        recorder.forget(number);
        customBackwards.close();
    }
}
