/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Failures;
import org.djladapters.io.TemporaryFolder;
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
 * <p>A second model, such as the same one in another precision, is measured in the same rounds.
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

    /** Measures times. The models are left as they were. */
    public BenchmarkResult run() throws IOException {
        try (Run run = new Run()) {
            return run.times();
        }
    }

    /** Measures training alone; returns the first model's costs of the methods by name. */
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
            Side side = run.first();
            return side.peak(side.step(method, config(method)));
        }
    }

    /** Measures likewise the steps of the frozen base model that a method is compared with. */
    public OptionalLong frozenPeakMemory(String method) throws IOException {
        try (Run run = new Run()) {
            Side side = run.first();
            return side.peak(side.frozenStep(side.first(config(method))));
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
            Optional<AdaptedModel> other,
            Map<String, AdapterConfig> methods,
            int batchSize,
            OptionalInt length,
            int rounds,
            Optional<Path> stock,
            ProgressListener listener) {}

    /** A measurement of all models. */
    private final class Run implements AutoCloseable {

        private final List<Side> sides = new ArrayList<>();
        private final Map<String, StockModel> stocks = new LinkedHashMap<>();

        Run() throws IOException {
            try {
                sides.add(new Side(options.model()));
                if (options.other().isPresent()) {
                    sides.add(new Side(options.other().get()));
                }
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private Side first() {
            return sides.get(0);
        }

        BenchmarkResult times() throws IOException {
            Map<String, TimedCandidate> stockSteps = new LinkedHashMap<>();
            openStocks();
            interleaveTraining(stockSteps);
            closeStocks();
            TimedCandidate stock = interleaveInference();
            BenchmarkResult result = first().result(stockSteps, stock);
            if (sides.size() == 1) {
                return result;
            }
            Side other = sides.get(1);
            return result.with(
                    new BenchmarkResult.OtherModel(
                            other.result(stockSteps, stock), other.ratios(first())));
        }

        Map<String, TrainingCost> trainingCosts() {
            interleaveTraining(new LinkedHashMap<>());
            Map<String, TrainingCost> costs = new LinkedHashMap<>();
            first().methods.forEach((name, method) -> costs.put(name, first().cost(method)));
            return costs;
        }

        /** Opens the export for steps of DJL alone. */
        private void openStocks() throws IOException {
            if (options.stock().isEmpty()) {
                return;
            }
            ModelDirectory export = ModelDirectory.open(options.stock().get());
            for (AdapterConfig config : options.methods().values()) {
                String parameter = FrozenBaseConfig.at(first().first(config)).parameter();
                if (!stocks.containsKey(parameter)) {
                    stocks.put(
                            parameter,
                            StockModel.forTraining(export, first().scope.getDevice(), parameter));
                }
            }
        }

        private void closeStocks() {
            stocks.values().forEach(StockModel::close);
            stocks.clear();
        }

        /** Interleaves predictions and returns those of DJL alone, or null. */
        private TimedCandidate interleaveInference() throws IOException {
            List<TimedCandidate> all = new ArrayList<>();
            sides.forEach(side -> all.addAll(side.inference()));
            if (options.stock().isEmpty()) {
                interleave("inference", all);
                return null;
            }
            // opened again, since the engine prepares another program for predictions
            ModelDirectory export = ModelDirectory.open(options.stock().get());
            try (StockModel stock = StockModel.forPredictions(export, first().scope.getDevice())) {
                NDList rows = first().inputs.batch().getData();
                announceStock("inference");
                stock.warmUpPredictions(rows);
                TimedCandidate alone = new TimedCandidate(() -> stock.predict(rows));
                all.add(alone);
                interleave("inference", all);
                return alone;
            }
        }

        private void announceStock(String what) {
            options.listener().onNote("%s: warm-up of DJL alone".formatted(what));
        }

        /** Interleaves training; puts the steps of DJL alone, if the export is open, into a map. */
        private void interleaveTraining(Map<String, TimedCandidate> stockSteps) {
            List<Trainer> trainers = new ArrayList<>();
            try {
                List<TimedCandidate> all = new ArrayList<>();
                for (Side side : sides) {
                    trainers.add(side.prepareTraining());
                    all.addAll(side.training());
                }
                Batch batch = first().inputs.batch();
                stocks.forEach(
                        (parameter, stock) -> {
                            announceStock("training");
                            stock.warmUpSteps(batch);
                            stockSteps.put(parameter, new TimedCandidate(() -> stock.step(batch)));
                        });
                all.addAll(stockSteps.values());
                interleave("training", all);
            } finally {
                trainers.forEach(Trainer::close);
            }
        }

        private void interleave(String what, List<TimedCandidate> candidates) {
            TimedCandidate.interleave(
                    candidates,
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

        @Override
        public void close() {
            closeStocks();
            sides.forEach(Side::close);
        }
    }

    /** One of the models; closing it removes what was added to the model. */
    private final class Side implements AutoCloseable {

        private final AdaptedModel model;
        private final List<String> active;
        private final List<String> added = new ArrayList<>();
        private final BenchmarkInputs inputs;
        private final NDManager scope;
        private final TimedCandidate base;
        private final Map<TargetModule, TimedCandidate> frozen = new LinkedHashMap<>();
        private final Map<String, MethodTimings> methods = new LinkedHashMap<>();

        Side(AdaptedModel model) throws IOException {
            this.model = model;
            active = model.active();
            inputs = BenchmarkInputs.draw(model, options.batchSize(), options.length());
            scope = model.model().getNDManager().newSubManager();
            base = new TimedCandidate(inferenceTimings()::base);
        }

        /** Makes the candidates; the caller closes the trainer when they have run. */
        Trainer prepareTraining() {
            Map<TargetModule, TimedStep> steps = new LinkedHashMap<>();
            for (AdapterConfig config : options.methods().values()) {
                steps.computeIfAbsent(first(config), this::frozenStep);
            }
            // a trainer needs parameters that require gradients
            Trainer trainer = newTrainer();
            try {
                options.methods()
                        .forEach(
                                (name, config) ->
                                        methods.put(name, timings(name, config, trainer)));
            } catch (RuntimeException e) {
                trainer.close();
                throw e;
            }
            steps.forEach(
                    (first, step) ->
                            frozen.put(
                                    first,
                                    new TimedCandidate(() -> step.run(trainer, inputs.batch()))));
            return trainer;
        }

        /** Returns the candidates of training. */
        List<TimedCandidate> training() {
            return candidates(frozen.values(), MethodTimings::training);
        }

        /** Returns the candidates of prediction. */
        List<TimedCandidate> inference() {
            return candidates(List.of(base), MethodTimings::inference);
        }

        private List<TimedCandidate> candidates(
                Collection<TimedCandidate> baselines,
                Function<MethodTimings, List<TimedCandidate>> ofMethod) {
            List<TimedCandidate> all = new ArrayList<>(baselines);
            methods.values().forEach(method -> all.addAll(ofMethod.apply(method)));
            return all;
        }

        BenchmarkResult result(Map<String, TimedCandidate> stockSteps, TimedCandidate stock) {
            Map<String, BenchmarkResult.Method> results = new LinkedHashMap<>();
            methods.forEach(
                    (name, method) ->
                            results.put(
                                    name,
                                    method.result(
                                            frozen.get(method.first()),
                                            base,
                                            stockSteps.get(method.firstParameter()),
                                            stock,
                                            fileBytes(method.adapter()))));
            return new BenchmarkResult(
                    scope.getDevice().toString(),
                    options.batchSize(),
                    inputs.length(),
                    inputs.imageSize(),
                    options.rounds(),
                    BenchmarkResult.Timing.of(base),
                    results,
                    Optional.empty());
        }

        /** Saves an adapter to measure its file; without room for it, only the times are known. */
        private OptionalLong fileBytes(Adapter adapter) {
            try (TemporaryFolder folder = TemporaryFolder.create()) {
                Path directory = folder.path().resolve(adapter.name());
                AdapterDirectory.save(model, adapter.name(), directory);
                return OptionalLong.of(AdapterDirectory.weightBytes(directory));
            } catch (IOException e) {
                options.listener()
                        .onWarning(
                                "the size of the adapter's file is not measured, as it can't be"
                                        + " written: "
                                        + Failures.reason(e));
                return OptionalLong.empty();
            }
        }

        TrainingCost cost(MethodTimings method) {
            return method.trainingCost(frozen.get(method.first()));
        }

        /** Compares the times of every method with those of the same method on another model. */
        Map<String, BenchmarkResult.Ratios> ratios(Side to) {
            Map<String, BenchmarkResult.Ratios> ratios = new LinkedHashMap<>();
            methods.forEach(
                    (name, method) -> {
                        MethodTimings same = to.methods.get(name);
                        ratios.put(
                                name,
                                method.ratios(
                                        same,
                                        frozen.get(method.first())
                                                .ratio(to.frozen.get(same.first())),
                                        base.ratio(to.base)));
                    });
            return ratios;
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
            added.forEach(model::delete);
            model.activate(active.toArray(new String[0]));
            scope.close();
            inputs.close();
        }
    }

    /** Builds a benchmark. */
    public static final class Builder {

        private AdaptedModel model;
        private Optional<AdaptedModel> other = Optional.empty();
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

        /**
         * Sets a second model, such as the same one in another precision, which is measured
         * interleaved with the first one (default none). Memory is that of the first one.
         */
        public Builder optOther(AdaptedModel other) {
            this.other = Optional.of(other);
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
                    new Options(model, other, methods, batchSize, length, rounds, stock, listener));
        }
    }
}
