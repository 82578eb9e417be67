/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.PlacementPlanner;
import org.djladapters.adapter.PlacementPlanner.Purpose;
import org.djladapters.adapter.TargetModule;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.PassRecorder;

/**
 * The second step of a training pass, after the Block: it takes the lock, applies weights and
 * transforms with their gradients, and takes them away again before it returns. While a collector
 * of {@link #collect} is open it is recorded, and the collector computes the gradients of adapters
 * with custom backward passes.
 */
public final class TrainingPasses {

    private final ModelState state;
    private final BaseModel baseModel;

    /** The open collector, null for none. */
    private AdapterGradientCollector collector;

    /** Whether the model was seen to change in place what is recorded; it would every time. */
    private boolean changesInPlace;

    public TrainingPasses(ModelState state) {
        this.state = state;
        baseModel = state.baseModel();
    }

    /** Runs a pass of the active adapters; outputs of 16 bits become float32. */
    public NDList run(ParameterStore store, NDList inputs) {
        try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
            return state.lock().alone(() -> run(store, inputs, scope));
        }
    }

    private NDList run(ParameterStore store, NDList inputs, NDManager scope) {
        List<Adapter> adapters = state.beginPass(store.getManager(), state.adapters()::effective);
        try {
            requireSameTwice(adapters);
            NDList outputs = forward(adapters, store, inputs, scope);
            return Heads.apply(baseModel, adapters, store, inputs, outputs, true);
        } finally {
            baseModel.apply(Applied.NOTHING);
        }
    }

    private NDList forward(
            List<Adapter> adapters, ParameterStore store, NDList inputs, NDManager scope) {
        List<AdapterSpec> specs = adapters.stream().map(Adapter::spec).toList();
        boolean pooled = Heads.needPooler(baseModel, adapters);
        if (collector != null && baseModel.recorder().isPresent() && !changesInPlace) {
            Map<TargetModule, Placement> plan =
                    PlacementPlanner.plan(specs, Purpose.RECORDED_TRAINING);
            PassRecorder recorder = baseModel.recorder().get();
            Optional<NDList> outputs = record(recorder, adapters, plan, store, inputs, pooled);
            if (outputs.isPresent()) {
                return outputs.get();
            }
            changesInPlace = true;
        }
        if (checkpoints()) {
            throw new IllegalStateException(
                    "Gradient checkpointing needs a gradient collector of this model's trainer, and"
                            + " a model that changes nothing in place; open the model without it");
        }
        Map<TargetModule, Placement> plan = PlacementPlanner.plan(specs, Purpose.TRAINING);
        baseModel.apply(state.weights.applied(adapters, plan, store, Map.of(), scope, true));
        return baseModel.forward(store, inputs, true, pooled);
    }

    /** Returns the outputs of a recorded pass, empty if the model changes what is recorded. */
    private Optional<NDList> record(
            PassRecorder recorder,
            List<Adapter> adapters,
            Map<TargetModule, Placement> plan,
            ParameterStore store,
            NDList inputs,
            boolean pooled) {
        Set<TargetModule> custom = new LinkedHashSet<>(plan.keySet());
        custom.removeIf(module -> plan.get(module) != Placement.CUSTOM_BACKWARD);
        RecordedPass pass =
                new RecordedPass(recorder, new CustomBackwards(adapters, custom, baseModel, store));
        boolean taken = false;
        try {
            // what is applied is there again if layers run again
            Map<TargetModule, CustomBackward.Layer> layers = pass.customBackwards().layers();
            baseModel.apply(
                    state.weights.applied(adapters, plan, store, layers, pass.owner(), true));
            Optional<NDList> outputs = pass.run(store, inputs, pooled);
            taken = outputs.isPresent();
            if (taken) {
                collector.add(pass);
            }
            return outputs;
        } finally {
            if (!taken) {
                pass.close();
            }
        }
    }

    /** Refuses adapters that leave out something at random in a pass whose layers run twice. */
    private void requireSameTwice(List<Adapter> adapters) {
        for (Adapter adapter : adapters) {
            if (checkpoints() && adapter.config().variesInTraining()) {
                throw new IllegalStateException(
                        ("Gradient checkpointing runs layers twice and needs the same outputs both"
                                        + " times, which the dropout of adapter '%s' changes; leave"
                                        + " out one of the two")
                                .formatted(adapter.name()));
            }
        }
    }

    private boolean checkpoints() {
        return baseModel.recorder().filter(PassRecorder::checkpoints).isPresent();
    }

    /** Goes back through a pass, alone if that applies something. */
    boolean backward(RecordedPass pass) {
        if (!checkpoints()) {
            return pass.backward();
        }
        Supplier<Boolean> backward =
                () -> {
                    state.requireOpen();
                    state.applied.remove();
                    return pass.backward();
                };
        return state.lock().alone(backward);
    }

    /** Extends a collector of the engine, for the training passes until it is closed. */
    public GradientCollector collect(GradientCollector engine, Runnable onClose) {
        AdapterGradientCollector opened = new AdapterGradientCollector(engine, this, onClose);
        state.lock().alone(() -> collector = opened);
        return opened;
    }

    void endCollecting(AdapterGradientCollector closed) {
        state.lock()
                .alone(
                        () -> {
                            if (collector == closed) {
                                collector = null;
                            }
                        });
    }
}
