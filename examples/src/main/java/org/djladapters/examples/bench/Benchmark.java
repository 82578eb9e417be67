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
import org.djladapters.task.classification.SquaredError;
import org.djladapters.tuning.ProgressListener;
import org.djladapters.tuning.TrainingStep;

/**
 * Measures what methods of adapting cost compared with the frozen base model, for random inputs of
 * one size.
 *
 * <p>Everything that is compared is interleaved in one process: every round runs each candidate
 * once, in an order drawn anew, after rounds that do not count. Times are medians and minima over
 * the rounds, ratios are medians of the ratio within a round. Training comes first, then inference,
 * since a model predicts faster when no trainer is open that may change its parameters.
 *
 * <p>A step of the frozen base model is forward pass, loss and backward pass down to the first
 * adapted layer and nothing else, which no method that adapts this layer can avoid. For the
 * backward pass to go that far, the bias of that layer asks for a gradient, or its weight if it has
 * no bias. A method that adapts no layer, such as full fine-tuning, is compared with the first
 * linear layer. A step of a method also has what its adapters do, the norm of the gradients and the
 * update.
 *
 * <p>The same step and prediction of the export in DJL alone are interleaved as well, with a copy
 * of the weights of its own: the program as it was exported, after rounds in which the engine
 * optimizes it, under the engine's gradient collector, with parameters frozen but for the one of
 * the first adapted layer. {@link StockBenchmark} measures its memory.
 *
 * <p>The loss is the mean squared difference between the model's logits or first output and random
 * values; there is no head.
 *
 * <p>The values of adapters are random, so that none is the identity.
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

    /**
     * Measures times. The model is left as it was.
     *
     * @throws IOException if the model's description can't be read or tells too little
     * @throws IllegalArgumentException if model and options do not fit each other
     * @throws IllegalStateException if adapters are merged or disabled
     */
    public BenchmarkResult run() throws IOException {
        try (Run run = new Run()) {
            return run.times();
        }
    }

    /**
     * Measures what training costs and leaves predictions out.
     *
     * @return the costs of the methods by their names
     * @throws IOException as {@link #run}
     * @throws IllegalArgumentException as {@link #run}
     */
    public Map<String, TrainingCost> trainingCosts() throws IOException {
        try (Run run = new Run()) {
            return run.trainingCosts();
        }
    }

    /**
     * Takes training steps of a method and nothing else, as many as {@link #run} takes.
     *
     * <p>What a process has used before stays with it, so for a fair comparison each measurement
     * needs a process of its own, which does the same but for the steps.
     *
     * @param method the name of the method
     * @return the largest resident size of this process meanwhile in bytes, if the system tells it
     * @throws IOException as {@link #run}
     * @throws IllegalArgumentException as {@link #run}
     */
    public OptionalLong peakMemory(String method) throws IOException {
        try (Run run = new Run()) {
            return run.peak(run.step(method, config(method)));
        }
    }

    /**
     * Takes the steps of the frozen base model that a method's are compared with and nothing else.
     *
     * @param method the name of the method, whose first adapted layer counts
     * @throws IOException as {@link #run}
     * @throws IllegalArgumentException as {@link #run}
     */
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

    /** What a measurement adds to the model and takes out again. */
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
            // opened anew: what the engine prepares for training is not what it runs here
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
         * Interleaves training; the steps of the frozen base model and those of DJL alone, where
         * the export was opened for these, are put into the maps.
         */
        private Map<String, MethodTimings> interleaveTraining(
                Map<TargetModule, TimedCandidate> frozen,
                Map<TargetModule, TimedCandidate> stockSteps) {
            Map<TargetModule, TimedStep> steps = new LinkedHashMap<>();
            for (AdapterConfig config : options.methods().values()) {
                steps.computeIfAbsent(first(config), this::frozenStep);
            }
            Map<String, MethodTimings> methods = new LinkedHashMap<>();
            // made when there is something to train
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

        /** Takes steps of one kind. */
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
            return TrainingStep.newTrainer(model, new SquaredError());
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

    /** Gathers the options of a benchmark. */
    public static final class Builder {

        private AdaptedModel model;
        private Map<String, AdapterConfig> methods = Map.of();
        private int batchSize = 16;
        private OptionalInt length = OptionalInt.empty();
        private int rounds = 10;
        private Optional<Path> stock = Optional.empty();
        private ProgressListener listener = new ProgressListener() {};

        private Builder() {}

        /**
         * Sets the model.
         *
         * @param model a model opened from a directory, which tells what inputs it takes
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Sets what is measured.
         *
         * @param methods configurations by the names under which they are shown, which may have
         *     letters, digits, '.', '_' and '-'
         */
        public Builder setMethods(Map<String, AdapterConfig> methods) {
            this.methods = Arguments.named(methods, "measure");
            return this;
        }

        /**
         * Sets the number of rows of a batch (default 16).
         *
         * @param batchSize at least 1
         */
        public Builder optBatch(int batchSize) {
            this.batchSize = Arguments.positive("batch size", batchSize);
            return this;
        }

        /**
         * Sets the number of tokens of every row (default 64); not for models of images, which take
         * images of the size that their configuration tells.
         *
         * @param length at least 1
         */
        public Builder optLength(int length) {
            this.length = OptionalInt.of(Arguments.positive("length", length));
            return this;
        }

        /**
         * Sets how many rounds count (default 10).
         *
         * @param rounds at least 1
         */
        public Builder optRounds(int rounds) {
            this.rounds = Arguments.positive("number of rounds", rounds);
            return this;
        }

        /**
         * Sets the export of the model that is measured in DJL alone too (default none), which
         * needs memory for the weights once more.
         *
         * @param export the directory of the export, see {@link StockExport}
         */
        public Builder optStock(Path export) {
            stock = Optional.of(export);
            return this;
        }

        /** Sets what is told which round begins. */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        /** Builds the benchmark. */
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
