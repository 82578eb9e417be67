/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.PassRecorder;

/** Training passes in which every row goes through an adapter of its own, whatever is active. */
public final class RowTraining {

    private final ModelState state;
    private final BaseModel baseModel;

    public RowTraining(ModelState state) {
        this.state = state;
        baseModel = state.baseModel();
    }

    /** The outputs of an adapter's head, or of the model, for its rows, and their labels. */
    public record TrainedRows(Adapter adapter, NDList outputs, NDList labels) {}

    /** Opens a gradient collector of the engine, after those of other threads are closed. */
    public GradientCollector newCollector() {
        return CollectorLock.PROCESS.open(
                () -> baseModel.manager().getEngine().newGradientCollector());
    }

    /** Notes that somebody trains and makes updates by {@link ModelState#update}. */
    public void begin(NDManager trainer) {
        state.beginTraining(trainer);
    }

    /** Notes that updates are over. */
    public void end(NDManager trainer) {
        state.endTraining(trainer);
    }

    /**
     * Runs a training pass. Gradients flow to all adapters that are named.
     *
     * @param store the source of parameter values, of a manager that {@link #begin} knows
     * @throws IllegalStateException if an adapter changes what all rows share, or adapters are
     *     merged or disabled
     */
    public Map<String, TrainedRows> run(
            ParameterStore store, NDList inputs, NDList labels, List<String> adapterOfRow) {
        MixedBatch batch = new MixedBatch(inputs, adapterOfRow);
        if (baseModel.recorder().filter(PassRecorder::checkpoints).isPresent()) {
            throw new IllegalStateException(
                    "Rows that train adapters of their own can't do with gradient checkpointing;"
                            + " open the model without it");
        }
        try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
            return state.lock().alone(() -> run(batch, store, inputs, labels, scope));
        }
    }

    private Map<String, TrainedRows> run(
            MixedBatch batch, ParameterStore store, NDList inputs, NDList labels, NDManager scope) {
        List<Adapter> adapters =
                state.beginPass(store.getManager(), () -> trainees(batch.adapters()));
        try {
            apply(adapters, batch.counts(), store, inputs, scope);
            NDManager manager = inputs.get(0).getManager();
            NDList sorted = batch.sorted(inputs, manager);
            boolean pooled = Heads.needPooler(baseModel, adapters);
            NDList all = baseModel.forward(store, sorted, true, pooled);
            Map<String, NDList> inputsOf = MixedBatch.split(batch.counts(), sorted, manager);
            Map<String, NDList> outputsOf = MixedBatch.split(batch.counts(), all, manager);
            Map<String, NDList> labelsOf =
                    MixedBatch.split(batch.counts(), batch.sorted(labels, manager), manager);
            Map<String, TrainedRows> trained = new LinkedHashMap<>();
            for (Adapter adapter : adapters) {
                String name = adapter.name();
                NDList outputs =
                        Heads.apply(
                                baseModel,
                                List.of(adapter),
                                store,
                                inputsOf.get(name),
                                outputsOf.get(name),
                                true);
                trained.put(name, new TrainedRows(adapter, outputs, labelsOf.get(name)));
            }
            return trained;
        } finally {
            baseModel.apply(Applied.NOTHING);
        }
    }

    private List<Adapter> trainees(Set<String> names) {
        state.adapters().requireEnabled("training");
        return names.stream().map(state.adapters()::get).toList();
    }

    private void apply(
            List<Adapter> adapters,
            Map<String, Integer> counts,
            ParameterStore store,
            NDList inputs,
            NDManager scope) {
        Set<TargetModule> modules =
                baseModel.rowModules().map(rows -> rows.find(store, inputs)).orElse(Set.of());
        List<Applied.Rows> rows = new ArrayList<>();
        for (Adapter adapter : adapters) {
            rows.add(
                    new Applied.Rows(
                            counts.get(adapter.name()),
                            state.weights.forRows(adapter, modules, store, scope)));
        }
        baseModel.apply(Applied.rows(rows));
    }
}
