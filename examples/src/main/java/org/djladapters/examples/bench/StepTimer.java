/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.data.BatchedDataset;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.PreparedRun;

/**
 * Times training steps of methods compared with a step of the frozen base model.
 *
 * <p>A step of a method is its work for a batch: forward pass, loss, backward pass, norm of the
 * gradients, update. A step of the frozen base model is a forward pass, the loss and a backward
 * pass through the whole base; no method that adapts the first layer can avoid these. The bias of
 * the first linear layer ({@link FrozenBaseConfig}) and the task's head require gradients, so that
 * the backward pass goes that far; nothing is updated. A method that adapts nothing below the head
 * has no such backward pass, and its ratio is less than 1.
 *
 * <p>All steps are interleaved: a round takes one batch of the training data through the base model
 * and every method. The result is the median over the rounds of the ratio within a round ({@link
 * TimedCandidate}).
 */
public final class StepTimer {

    private static final String PREFIX = "timed-";

    private final AdaptedModel model;
    private final PreparedRun run;
    private final Consumer<String> note;

    /**
     * Creates a timer.
     *
     * @param run a run of the model, whose task and training data are used
     * @param note gets messages for the user
     */
    public StepTimer(AdaptedModel model, PreparedRun run, Consumer<String> note) {
        this.model = model;
        this.run = run;
        this.note = note;
    }

    /** The median time of a step of the frozen base model, and the ratio of every method. */
    public record Times(OptionalDouble baseSeconds, Map<String, Double> relative) {}

    /** Measures configurations by name; the model is left as it was. */
    public Times measure(Map<String, AdapterConfig> methods, int rounds) throws IOException {
        List<String> active = model.active();
        List<String> added = new ArrayList<>();
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Batches batches = new Batches(run.batches(), scope)) {
            TimedStep frozen = add(PREFIX + "base", frozenBase(), false, scope, added);
            // a trainer needs parameters that require gradients
            try (Trainer trainer = run.newTrainer()) {
                TimedCandidate base =
                        new TimedCandidate(() -> frozen.run(trainer, batches.current));
                Map<String, TimedCandidate> candidates = new LinkedHashMap<>();
                methods.forEach(
                        (name, config) -> {
                            TimedStep step =
                                    add(PREFIX + "method-" + name, config, true, scope, added);
                            candidates.put(
                                    name,
                                    new TimedCandidate(() -> step.run(trainer, batches.current)));
                        });
                List<TimedCandidate> all = new ArrayList<>(candidates.values());
                all.add(base);
                TimedCandidate.interleave(all, rounds, round -> batches.next());
                Map<String, Double> relative = new LinkedHashMap<>();
                candidates.forEach((name, method) -> relative.put(name, method.ratio(base)));
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
        return FrozenBaseConfig.at(firstLinear(model));
    }

    /** Finds the first linear layer below the head, or the first layer if there is none. */
    static TargetModule firstLinear(AdaptedModel model) {
        List<TargetModule> body =
                model.targetModules().stream().filter(target -> !target.isHead()).toList();
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
        Adapter adapter = run.addAdapter(name, config);
        added.add(name);
        model.activate(name);
        return new TimedStep(model, adapter, updated, scope);
    }

    /** Batches of a data set, again and again. */
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
