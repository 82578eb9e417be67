/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.util.Pair;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Failures;
import org.djladapters.kernel.LargeStack;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskLoss;

/**
 * The archive of a model as DJL alone runs it: the exported program, the engine's own gradient
 * collector, and the engine's optimizer of programs, which is on by default. The optimizer works in
 * the second pass of a program and in the second backward pass, so a warm-up comes before timing.
 */
final class StockModel implements AutoCloseable {

    private static final int WARM_UP = 3;

    private final Model model;
    private final Trainer trainer;
    private final Parameter first;

    private StockModel(Model model, Trainer trainer, Parameter first) {
        this.model = model;
        this.trainer = trainer;
        this.first = first;
    }

    /** Loads an archive, which was checked before, for predictions. */
    static StockModel forPredictions(ModelDirectory directory, Device device) throws IOException {
        return new StockModel(load(directory, device, false), null, null);
    }

    /** Loads an archive, which was checked before, frozen but for one parameter. */
    static StockModel forTraining(ModelDirectory directory, Device device, String parameter)
            throws IOException {
        Model model = load(directory, device, true);
        try {
            Trainer trainer =
                    model.newTrainer(
                            new DefaultTrainingConfig(TaskLoss.squaredError())
                                    .optDevices(new Device[] {model.getNDManager().getDevice()}));
            // after newTrainer, which unfreezes parameters
            model.getBlock().freezeParameters(true);
            Parameter first = parameter(model.getBlock(), parameter);
            first.freeze(false);
            return new StockModel(model, trainer, first);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static Model load(ModelDirectory directory, Device device, boolean trains)
            throws IOException {
        Model model = PyTorch.newModel("stock", device);
        try {
            Map<String, String> options =
                    trains
                            ? Map.of("trainParam", "true", "mapLocation", "true")
                            : Map.of("mapLocation", "true");
            // a program with deep nesting would overflow the stack and end the process
            return LargeStack.call(
                    () -> {
                        model.load(directory.path(), directory.name(), options);
                        return model;
                    });
        } catch (Exception e) {
            model.close();
            throw new IOException(
                    "DJL alone can't load '%s' (%s); leave it out of the benchmark"
                            .formatted(directory.path(), Failures.reason(e)),
                    e);
        }
    }

    /** Finds a parameter, whose name in the export may have a prefix. */
    private static Parameter parameter(Block block, String name) {
        return block.getParameters().stream()
                .filter(p -> p.getKey().equals(name) || p.getKey().endsWith("." + name))
                .findFirst()
                .map(Pair::getValue)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "DJL finds no parameter '%s' in the model"
                                                .formatted(name)));
    }

    NDManager manager() {
        return model.getNDManager();
    }

    /** Returns the names of the parameters that require a gradient. */
    List<String> asking() {
        return model.getBlock().getParameters().stream()
                .filter(p -> p.getValue().getArray().hasGradient())
                .map(Pair::getKey)
                .toList();
    }

    /** Takes steps until the engine has prepared what they run. */
    void warmUpSteps(Batch batch) {
        warmUp(() -> step(batch));
    }

    /** Predicts until the engine has prepared what it runs. */
    void warmUpPredictions(NDList inputs) {
        warmUp(() -> predict(inputs));
    }

    private static void warmUp(Runnable action) {
        try {
            LargeStack.call(
                    () -> {
                        for (int i = 0; i < WARM_UP; i++) {
                            action.run();
                        }
                        return null;
                    });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // a pass throws nothing else
        }
    }

    /** Takes a step: forward pass, loss, backward pass down to the parameter; returns seconds. */
    double step(Batch batch) {
        try (Batch own = TimedStep.copy(batch)) {
            return TimedCandidate.time(() -> pass(own));
        }
    }

    private void pass(Batch batch) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList outputs = trainer.forward(batch.getData());
            NDList logits = new NDList(ModelOutputs.logits(outputs));
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), logits);
            float value = loss.getFloat();
            if (!Float.isFinite(value)) {
                throw new ArithmeticException("The loss of a timed step is not finite");
            }
            collector.backward(loss);
        }
        try (NDArray gradient = first.getArray().getGradient()) {
            InferenceTimings.await(gradient);
        }
    }

    /** Predicts and returns the seconds. */
    double predict(NDList inputs) {
        return TimedCandidate.time(
                () -> {
                    try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
                        InferenceTimings.await(ModelOutputs.logits(outputs(inputs, scope)));
                    }
                });
    }

    /** Predicts outputs that belong to an owner. */
    NDList outputs(NDList inputs, NDManager owner) {
        NDList outputs = model.getBlock().forward(new ParameterStore(owner, false), inputs, false);
        outputs.attach(owner);
        return outputs;
    }

    /** Takes steps and returns the largest resident size of this process, if it is known. */
    OptionalLong peak(Batch batch, int steps) {
        try (PeakMemory peak = PeakMemory.start()) {
            // in one thread, since the allocator keeps memory for every thread
            for (int i = 0; i < steps; i++) {
                step(batch);
            }
            return peak.bytes();
        }
    }

    @Override
    public void close() {
        if (trainer != null) {
            trainer.close();
        }
        model.close();
    }
}
