/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.tuning.ProgressListener;
import org.djladapters.tuning.TrainingStep;

/**
 * Measures the cost of methods compared with the frozen base model, for random inputs of one size.
 *
 * <p>Everything that is compared is interleaved in one process: every round runs each candidate
 * once, in a new random order, after warm-up rounds. Times are medians and minima over the rounds,
 * ratios are medians of the ratio within a round. Training comes first, then inference, since a
 * model predicts faster when no trainer is open that may change its parameters.
 *
 * <p>A step of the frozen base model is a forward pass, the loss and a backward pass down to the
 * first adapted layer; no method that adapts this layer can avoid these. The bias of that layer, or
 * its weight if it has no bias, requires a gradient, so that the backward pass goes that far. A
 * method that adapts no layer, such as full fine-tuning, is compared with the first linear layer. A
 * step of a method also has the work of its adapters, the norm of the gradients and the update.
 *
 * <p>The same step and prediction of the export in DJL alone are interleaved as well, with a second
 * copy of the weights: the exported program, after the engine has optimized it in warm-up rounds,
 * under the engine's gradient collector, frozen but for the parameter of the first adapted layer.
 * {@link StockBenchmark} measures its memory.
 *
 * <p>The loss is the mean squared difference between the model's logits or first output and random
 * values; there is no head. The values of adapters are random, so that none is the identity.
 */
public final class Benchmark {

    private static final String PREFIX = "benchmark-";

    private final Options options;

    private Benchmark(Options options) {
        this.options = options;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Measures times. The model is left as it was. */
    public BenchmarkResult run() throws IOException {
        try (Run run = new Run()) {
            return run.times();
        }
    }

    /** Measures training alone; returns the costs of the methods by name. */
    public Map<String, TrainingCost> trainingCosts() throws IOException {
        try (Run run = new Run()) {
            return run.trainingCosts();
        }
    }

    /**
     * Takes as many training steps of a method as {@link #run}, and nothing else. A process keeps
     * memory of earlier work, so each measurement needs a process of its own.
     *
     * @return the largest resident size of this process meanwhile in bytes, if it is known
     */
    public OptionalLong peakMemory(String method) throws IOException {
        try (Run run = new Run()) {
            return run.peak(run.step(method, config(method)));
        }
    }

    /** Measures likewise the steps of the frozen base model that a method is compared with. */
    public OptionalLong frozenPeakMemory(String method) throws IOException {
        try (Run run = new Run()) {
            return run.peak(run.frozenStep(run.first(config(method))));
        }
    }

    private AdapterConfig config(String method) {
        AdapterConfig config = options.methods().get(method);
        if (config == null) {
            throw new IllegalArgumentException(
                    "There is no method '%s' among %s"
                            .formatted(method, options.methods().keySet()));
        }
        return config;
    }

    private record Options(
            AdaptedModel model,
            Map<String, AdapterConfig> methods,
            int batchSize,
            OptionalInt length,
            int rounds,
            Optional<Path> stock,
            ProgressListener listener) {}

    /** A measurement; closing it removes what it has added to the model. */
    private final class Run implements AutoCloseable {

        private final AdaptedModel model = options.model();
        private final List<String> active = model.active();
        private final List<String> added = new ArrayList<>();
        private final Map<TargetModule, StockModel> stocks = new LinkedHashMap<>();
        private final BenchmarkInputs inputs;
        private final NDManager scope;

        Run() throws IOException {
            inputs = BenchmarkInputs.draw(model, options.batchSize(), options.length());
            scope = model.model().getNDManager().newSubManager();
        }

        BenchmarkResult times() throws IOException {
            Map<TargetModule, TimedCandidate> frozen = new LinkedHashMap<>();
            Map<TargetModule, TimedCandidate> stockSteps = new LinkedHashMap<>();
            openStocks();
            Map<String, MethodTimings> methods = interleaveTraining(frozen, stockSteps);
            closeStocks();
            TimedCandidate base = new TimedCandidate(inferenceTimings()::base);
            TimedCandidate stock = interleaveInference(base, methods);
            Map<String, BenchmarkResult.Method> results = new LinkedHashMap<>();
            methods.forEach(
                    (name, method) ->
                            results.put(
                                    name,
                                    method.result(
                                            frozen.get(method.first()),
                                            base,
                                            stockSteps.get(method.first()),
                                            stock)));
            return new BenchmarkResult(
                    scope.getDevice().toString(),
                    options.batchSize(),
                    inputs.length(),
                    inputs.imageSize(),
                    options.rounds(),
                    BenchmarkResult.Timing.of(base),
                    results);
        }

        Map<String, TrainingCost> trainingCosts() {
            Map<TargetModule, TimedCandidate> frozen = new LinkedHashMap<>();
            Map<String, TrainingCost> costs = new LinkedHashMap<>();
            interleaveTraining(frozen, Map.of())
                    .forEach(
                            (name, method) ->
                                    costs.put(
                                            name, method.trainingCost(frozen.get(method.first()))));
            return costs;
        }

        /** Opens the export for steps of DJL alone. */
        private void openStocks() throws IOException {
            if (options.stock().isEmpty()) {
                return;
            }
            ModelDirectory export = ModelDirectory.open(options.stock().get());
            for (AdapterConfig config : options.methods().values()) {
                TargetModule first = first(config);
                if (!stocks.containsKey(first)) {
                    String parameter = FrozenBaseConfig.at(first).parameter();
                    stocks.put(first, StockModel.forTraining(export, scope.getDevice(), parameter));
                }
            }
        }

        private void closeStocks() {
            stocks.values().forEach(StockModel::close);
            stocks.clear();
        }

        /** Interleaves predictions and returns those of DJL alone, or null. */
        private TimedCandidate interleaveInference(
                TimedCandidate base, Map<String, MethodTimings> methods) throws IOException {
            if (options.stock().isEmpty()) {
                interleave("inference", List.of(base), methods, MethodTimings::inference);
                return null;
            }
            // opened again, since the engine prepares another program for predictions
            ModelDirectory export = ModelDirectory.open(options.stock().get());
            try (StockModel stock = StockModel.forPredictions(export, scope.getDevice())) {
                NDList rows = inputs.batch().getData();
                announceStock("inference");
                stock.warmUpPredictions(rows);
                TimedCandidate alone = new TimedCandidate(() -> stock.predict(rows));
                interleave("inference", List.of(base, alone), methods, MethodTimings::inference);
                return alone;
            }
        }

        private void announceStock(String what) {
            options.listener().onNote("%s: warm-up of DJL alone".formatted(what));
        }

        /**
         * Interleaves training. Puts the steps of the frozen base model, and those of DJL alone if
         * the export is open, into the maps.
         */
        private Map<String, MethodTimings> interleaveTraining(
                Map<TargetModule, TimedCandidate> frozen,
                Map<TargetModule, TimedCandidate> stockSteps) {
            Map<TargetModule, TimedStep> steps = new LinkedHashMap<>();
            for (AdapterConfig config : options.methods().values()) {
                steps.computeIfAbsent(first(config), this::frozenStep);
            }
            Map<String, MethodTimings> methods = new LinkedHashMap<>();
            // a trainer needs parameters that require gradients
            try (Trainer trainer = newTrainer()) {
                options.methods()
                        .forEach(
                                (name, config) ->
                                        methods.put(name, timings(name, config, trainer)));
                steps.forEach(
                        (first, step) ->
                                frozen.put(
                                        first,
                                        new TimedCandidate(
                                                () -> step.run(trainer, inputs.batch()))));
                stocks.forEach(
                        (first, stock) -> {
                            announceStock("training");
                            stock.warmUpSteps(inputs.batch());
                            stockSteps.put(
                                    first, new TimedCandidate(() -> stock.step(inputs.batch())));
                        });
                List<TimedCandidate> others = new ArrayList<>(frozen.values());
                others.addAll(stockSteps.values());
                interleave("training", others, methods, MethodTimings::training);
            }
            return methods;
        }

        private void interleave(
                String what,
                List<TimedCandidate> base,
                Map<String, MethodTimings> methods,
                Function<MethodTimings, List<TimedCandidate>> candidates) {
            List<TimedCandidate> all = new ArrayList<>(base);
            methods.values().forEach(method -> all.addAll(candidates.apply(method)));
            TimedCandidate.interleave(
                    all,
                    options.rounds(),
                    round -> announce(what, round - TimedCandidate.WARM_UP_ROUNDS + 1));
        }

        private void announce(String what, int round) {
            options.listener()
                    .onNote(
                            round < 1
                                    ? "%s: warm-up round %d"
                                            .formatted(what, round + TimedCandidate.WARM_UP_ROUNDS)
                                    : "%s: round %d of %d"
                                            .formatted(what, round, options.rounds()));
        }

        /** Takes steps and measures the memory of the process. */
        OptionalLong peak(TimedStep step) {
            try (Trainer trainer = newTrainer();
                    PeakMemory peak = PeakMemory.start()) {
                for (int i = 0; i < TimedCandidate.WARM_UP_ROUNDS + options.rounds(); i++) {
                    step.run(trainer, inputs.batch());
                }
                return peak.bytes();
            }
        }

        private Trainer newTrainer() {
            return TrainingStep.newTrainer(model, TaskLoss.squaredError());
        }

        private MethodTimings timings(String name, AdapterConfig config, Trainer trainer) {
            Adapter adapter = add("method-" + name, config);
            Adapter other = add("other-" + name, config);
            MethodTimings.vary(adapter, new Random(1), scope);
            MethodTimings.vary(other, new Random(2), scope);
            return new MethodTimings(
                    adapter,
                    first(config),
                    new TimedStep(model, adapter, true, scope),
                    new TransformBuild(adapter, scope),
                    inferenceTimings(),
                    other.name(),
                    trainer,
                    inputs.batch());
        }

        TimedStep step(String name, AdapterConfig config) {
            return new TimedStep(model, add("method-" + name, config), true, scope);
        }

        TimedStep frozenStep(TargetModule first) {
            Adapter adapter = add("frozen-" + added.size(), FrozenBaseConfig.at(first));
            return new TimedStep(model, adapter, false, scope);
        }

        private InferenceTimings inferenceTimings() {
            return new InferenceTimings(model, inputs.batch().getData(), inputs.small());
        }

        /** Finds the first layer that a method adapts. */
        TargetModule first(AdapterConfig config) {
            return config.targets().isNone()
                    ? StepTimer.firstLinear(model)
                    : model.targetModules(config.targets()).get(0);
        }

        private Adapter add(String name, AdapterConfig config) {
            Adapter adapter = model.add(PREFIX + name, config);
            added.add(adapter.name());
            model.activate(adapter.name());
            if (adapter.parameters().isEmpty()) {
                throw new IllegalArgumentException(
                        ("The method '%s' has no trainable parameters without a task head, and"
                                        + " a benchmark has none; choose another method")
                                .formatted(config.method()));
            }
            return adapter;
        }

        @Override
        public void close() {
            closeStocks();
            added.forEach(model::delete);
            model.activate(active.toArray(new String[0]));
            scope.close();
            inputs.close();
        }
    }

    /** Builds a benchmark. */
    public static final class Builder {

        private AdaptedModel model;
        private Map<String, AdapterConfig> methods = Map.of();
        private int batchSize = 16;
        private OptionalInt length = OptionalInt.empty();
        private int rounds = 10;
        private Optional<Path> stock = Optional.empty();
        private ProgressListener listener = new ProgressListener() {};

        private Builder() {}

        /** Sets the model, which was opened from a directory. */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /** Sets the methods by name; names have letters, digits, '.', '_' and '-'. */
        public Builder setMethods(Map<String, AdapterConfig> methods) {
            this.methods = Arguments.named(methods, "measure");
            return this;
        }

        /** Sets the number of rows of a batch (default 16). */
        public Builder optBatch(int batchSize) {
            this.batchSize = Arguments.positive("batch size", batchSize);
            return this;
        }

        /** Sets the number of tokens of every row (default 64); not for models of images. */
        public Builder optLength(int length) {
            this.length = OptionalInt.of(Arguments.positive("length", length));
            return this;
        }

        /** Sets the number of rounds after the warm-up (default 10). */
        public Builder optRounds(int rounds) {
            this.rounds = Arguments.positive("number of rounds", rounds);
            return this;
        }

        /**
         * Sets the directory of an export of the model, which is measured in DJL alone too (default
         * none) and needs memory for the weights once more.
         */
        public Builder optStock(Path export) {
            stock = Optional.of(export);
            return this;
        }

        /** Sets the listener, which is notified of every round. */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        public Benchmark build() {
            Objects.requireNonNull(model, "setModel is missing");
            if (methods.isEmpty()) {
                throw new NullPointerException("setMethods is missing");
            }
            return new Benchmark(
                    new Options(model, methods, batchSize, length, rounds, stock, listener));
        }
    }
}
