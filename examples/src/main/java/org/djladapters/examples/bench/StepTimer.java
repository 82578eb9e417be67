/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.data.BatchedDataset;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.tuning.FineTuningRun;
import org.djladapters.tuning.TrainingLoop;

/**
 * Times training steps of methods against a step of the frozen base.
 *
 * <p>A step of a method is what its training does for a batch: forward pass, loss, backward pass,
 * norm of the gradients, update. A step of the frozen base is a forward pass, the loss and a
 * backward pass through the whole base: all that a method can't avoid that adapts the first layer.
 * For the backward pass to go that far, something there must ask for a gradient. It is the bias of
 * the first linear layer ({@link FrozenBaseConfig}), and beside it the task's head as in all
 * methods; nothing is updated. A method that adapts nothing below the head has no such backward
 * pass and takes less than 1.
 *
 * <p>All take turns: a round takes a batch of the training data through the base and through every
 * method, each round another batch. The result is the median over the rounds of the ratio within a
 * round ({@link TimedCandidate}).
 */
public final class StepTimer {

    private static final String PREFIX = "timed-";

    private final AdaptedModel model;
    private final FineTuningRun.Prepared prepared;
    private final BatchedDataset data;
    private final Consumer<String> note;

    /**
     * Creates a timer.
     *
     * @param prepared a run whose objective and head are used
     * @param data batches of the training data
     * @param note takes what the user should know
     */
    public StepTimer(
            AdaptedModel model,
            FineTuningRun.Prepared prepared,
            BatchedDataset data,
            Consumer<String> note) {
        this.model = model;
        this.prepared = prepared;
        this.data = data;
        this.note = note;
    }

    /**
     * What was measured.
     *
     * @param baseSeconds the median time of a step of the frozen base
     * @param relative the median ratio of every method that could be measured
     */
    public record Times(OptionalDouble baseSeconds, Map<String, Double> relative) {}

    /** Measures; the model is left as it was. */
    public Times measure(Map<String, AdapterConfig> methods, int rounds) {
        List<String> active = model.active();
        List<String> added = new ArrayList<>();
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Batches batches = new Batches(data, scope)) {
            TimedStep frozen = add(PREFIX + "base", frozenBase(), false, scope, added);
            // made when there is something to train
            try (Trainer trainer = TrainingLoop.newTrainer(model, prepared.objective().loss())) {
                TimedCandidate base =
                        new TimedCandidate(() -> frozen.take(trainer, batches.current));
                Map<String, TimedCandidate> contestants = new LinkedHashMap<>();
                methods.forEach(
                        (name, config) -> {
                            AdapterConfig complete = prepared.head().configure(config);
                            TimedStep step =
                                    add(PREFIX + "method-" + name, complete, true, scope, added);
                            contestants.put(
                                    name,
                                    new TimedCandidate(() -> step.take(trainer, batches.current)));
                        });
                List<TimedCandidate> all = new ArrayList<>(contestants.values());
                all.add(base);
                TimedCandidate.race(all, rounds, round -> batches.next());
                Map<String, Double> relative = new LinkedHashMap<>();
                contestants.forEach((name, method) -> relative.put(name, method.ratio(base)));
                return new Times(OptionalDouble.of(base.median()), relative);
            }
        } catch (RuntimeException e) {
            note.accept("The time of a step could not be measured: " + e.getMessage());
            return new Times(OptionalDouble.empty(), Map.of());
        } finally {
            added.forEach(model::delete);
            model.activate(active.toArray(new String[0]));
        }
    }

    private AdapterConfig frozenBase() {
        return FrozenBaseConfig.at(firstLinear(model), prepared.head().modules());
    }

    /** Finds the first linear layer below the head, or the first layer if there is none. */
    static TargetModule firstLinear(AdaptedModel model) {
        List<TargetModule> body =
                model.targetModules().stream().filter(site -> !site.isHead()).toList();
        return body.stream()
                .filter(TargetModule::isLinear)
                .findFirst()
                .orElseGet(() -> body.get(0));
    }

    private TimedStep add(
            String name,
            AdapterConfig config,
            boolean updated,
            NDManager scope,
            List<String> added) {
        Adapter adapter = model.add(name, config, prepared.head().config());
        added.add(name);
        model.activate(name);
        return new TimedStep(model, adapter, updated, scope);
    }

    /** Batches of a data set, after its last one from the beginning again. */
    private static final class Batches implements AutoCloseable {

        private final BatchedDataset data;
        private final NDManager manager;
        private Iterator<Batch> pass = List.<Batch>of().iterator();
        private int passes;
        private Batch current;

        Batches(BatchedDataset data, NDManager manager) {
            this.data = data;
            this.manager = manager;
        }

        void next() {
            close();
            if (!pass.hasNext()) {
                pass = data.getData(manager, passes++).iterator();
            }
            current = pass.next();
        }

        @Override
        public void close() {
            if (current != null) {
                current.close();
                current = null;
            }
        }
    }
}
