/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.BaselineConfig;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.Site;

/**
 * Times training steps of methods against a step of the frozen base.
 *
 * <p>A step of a method is what its training does for a batch: forward pass, loss, backward pass,
 * norm of the gradients, update. A step of the frozen base is a forward pass, the loss and a
 * backward pass through the whole base: all that a method can't avoid that adapts the first layer.
 * For the backward pass to go that far, something there must ask for a gradient. It is the weight
 * of the first linear layer as it is, without any transform, and beside it the task's head as in
 * all methods; the gradient of that one weight is all that the step does beyond the bare base, and
 * nothing is updated. A method that adapts nothing below the head has no such backward pass and
 * takes less than 1.
 *
 * <p>All are measured in turns: a round takes a batch of the training data through the base and
 * through every method, each round another batch. The result is the median over the rounds of the
 * ratio within a round, so that neither other work of the machine nor the lengths of texts favour a
 * method. Rounds before those that count let the engine compile what it runs.
 */
final class StepTimer {

    /** The engine compiles its programs in the first passes. */
    private static final int WARM_UP_ROUNDS = 2;

    /** Small enough that the parameters stay where they are. */
    private static final float LEARNING_RATE = 1e-7f;

    private static final String PREFIX = "timed-";

    private final AdaptedModel model;
    private final FineTuningRun.Prepared prepared;
    private final TaskDataset data;
    private final Consumer<String> note;

    /**
     * Creates a timer.
     *
     * @param prepared a run whose task and head are used
     * @param data batches of the training data
     * @param note takes what the user should know
     */
    StepTimer(
            AdaptedModel model,
            FineTuningRun.Prepared prepared,
            TaskDataset data,
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
    record Times(OptionalDouble baseSeconds, Map<String, Double> relative) {}

    /** Something that is timed; the base is not updated. */
    private record Contestant(
            String name, AdamW optimizer, boolean updated, List<Double> seconds) {}

    /** Measures; the model is left as it was. */
    Times measure(Map<String, AdapterConfig> methods, int rounds) {
        List<String> active = model.active();
        List<String> added = new ArrayList<>();
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Trainer trainer = TrainingLoop.newTrainer(model, prepared.task().labels())) {
            Contestant base = add(PREFIX + "base", frozenBase(), false, scope, added);
            Map<String, Contestant> contestants = new LinkedHashMap<>();
            methods.forEach(
                    (name, config) ->
                            contestants.put(
                                    name,
                                    add(
                                            PREFIX + "method-" + name,
                                            prepared.head().configure(config),
                                            true,
                                            scope,
                                            added)));
            List<Contestant> all = new ArrayList<>(contestants.values());
            all.add(0, base);
            run(trainer, all, WARM_UP_ROUNDS + rounds);
            Map<String, Double> relative = new LinkedHashMap<>();
            contestants.forEach((name, method) -> relative.put(name, ratio(method, base)));
            return new Times(OptionalDouble.of(median(counted(base))), relative);
        } catch (RuntimeException e) {
            note.accept("The time of a step could not be measured: " + e.getMessage());
            return new Times(OptionalDouble.empty(), Map.of());
        } finally {
            added.forEach(model::delete);
            model.activate(active.toArray(new String[0]));
        }
    }

    private AdapterConfig frozenBase() {
        List<Site> body = model.sites().stream().filter(site -> !site.isHead()).toList();
        Site first = body.stream().filter(Site::isLinear).findFirst().orElseGet(() -> body.get(0));
        List<String> trained = new ArrayList<>(prepared.head().modules());
        trained.add(first.path());
        return BaselineConfig.head().withModulesToSave(trained);
    }

    private Contestant add(
            String name,
            AdapterConfig config,
            boolean updated,
            NDManager scope,
            List<String> added) {
        Adapter adapter = model.add(name, config, prepared.head().config());
        added.add(name);
        AdamW optimizer = new AdamW(adapter.parameters(), (id, update) -> LEARNING_RATE, 0, scope);
        return new Contestant(name, optimizer, updated, new ArrayList<>());
    }

    private void run(Trainer trainer, List<Contestant> contestants, int rounds) {
        int passes = 0;
        Iterator<Batch> batches = List.<Batch>of().iterator();
        for (int round = 0; round < rounds; round++) {
            if (!batches.hasNext()) {
                batches = data.getData(trainer.getManager(), passes++).iterator();
            }
            try (Batch batch = batches.next()) {
                for (Contestant contestant : contestants) {
                    model.activate(contestant.name());
                    contestant.seconds().add(step(trainer, batch, contestant));
                }
            }
        }
    }

    private static double step(Trainer trainer, Batch batch, Contestant contestant) {
        AdamW optimizer = contestant.optimizer();
        long start = System.nanoTime();
        TrainingLoop.loss(trainer, batch, optimizer);
        double norm = optimizer.gradientNorm(); // waits for a device that computes on its own
        if (contestant.updated()) {
            optimizer.step(norm > 1 ? 1 / norm : 1);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!contestant.updated()) {
            optimizer.step(1); // sets the gradients to zero
        }
        return seconds;
    }

    private static double ratio(Contestant method, Contestant base) {
        double[] ratios = counted(method);
        double[] seconds = counted(base);
        Arrays.setAll(ratios, round -> ratios[round] / seconds[round]);
        return median(ratios);
    }

    private static double[] counted(Contestant contestant) {
        return contestant.seconds().stream()
                .skip(WARM_UP_ROUNDS)
                .mapToDouble(seconds -> seconds)
                .toArray();
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
