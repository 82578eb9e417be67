/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.LabelledData;
import org.djladapters.examples.bench.Arguments;
import org.djladapters.examples.bench.PeakMemory;
import org.djladapters.examples.bench.StepTimer;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.Failures;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.PreparedRun;
import org.djladapters.tuning.ProgressListener;
import org.djladapters.tuning.SearchChange;

/**
 * Compares methods of adapting a model on the same data, with the same seeds and options.
 *
 * <p>Every method is trained once with each of several consecutive seeds. Then training steps of
 * all methods are timed, interleaved with those of the frozen base model ({@link
 * org.djladapters.examples.bench.StepTimer}). The memory of a method is the smallest of the largest
 * resident sizes of the process during its runs ({@link PeakMemory}).
 *
 * <p>A failed run is recorded with its reason, and the others go on. A comparison that is started
 * again with the same options repeats no complete run: an interrupted run resumes after its last
 * complete epoch, and failed runs are tried again. So more methods or seeds can be added later.
 *
 * <p>The output is a folder with
 *
 * <ul>
 *   <li>{@code comparison.md}: the table and its explanation;
 *   <li>{@code comparison.png}: the metric against the number of adapter parameters;
 *   <li>{@code runs.jsonl}: a line of JSON for every run;
 *   <li>{@code comparison.json}: what the runs have in common;
 *   <li>{@code adapters}: the trained adapters.
 * </ul>
 */
public final class Comparison {

    private final Options options;

    private Comparison(Options options) {
        this.options = options;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    private record Options(
            AdaptedModel model,
            Map<String, AdapterConfig> methods,
            Map<AdaptedTexts, Consumer<FineTuner.Builder>> texts,
            LabelledData train,
            Optional<LabelledData> dev,
            OptionalDouble devSplit,
            Path output,
            int seeds,
            int rounds,
            Consumer<FineTuner.Builder> training,
            ProgressListener listener) {}

    /**
     * What is trained with every seed.
     *
     * @param texts which texts of a search it adapts, if that is compared
     */
    private record Candidate(
            String name,
            AdapterConfig config,
            Consumer<FineTuner.Builder> training,
            Optional<AdaptedTexts> texts) {}

    /** A run that is to be done. */
    private record Planned(Candidate candidate, FineTuner tuner, Provenance provenance) {

        String method() {
            return candidate.name();
        }

        String identity() {
            return provenance.run();
        }

        long seed() {
            return provenance.seed();
        }
    }

    /**
     * Does all runs that are missing, measures and writes the results. The model is left as it was.
     *
     * @throws IOException if a file can't be read or written, or the output holds something else
     * @throws IllegalArgumentException if model, data and options do not fit each other
     */
    public ComparisonResult run() throws IOException {
        List<Planned> plan = plan();
        Provenance first = plan.get(0).provenance();
        ComparisonFolder folder =
                ComparisonFolder.open(
                        options.output(), ComparisonFolder.Setup.of(first), resumes(plan));
        List<ComparisonRun> runs = new ArrayList<>();
        for (Planned planned : plan) {
            ComparisonRun before = folder.run(planned.identity());
            if (before == null || before.isFailed()) {
                announce(plan, runs);
                folder.append(train(planned, folder));
            }
            runs.add(folder.run(planned.identity()).named(planned.method()));
        }
        ComparisonResult result = summarise(plan, runs, times(plan, runs));
        write(result, plan, folder);
        return result;
    }

    /**
     * Finds out in which type the runs of a comparison compute, to open its model so when the
     * comparison goes on.
     *
     * @param output the folder of the comparison
     * @return the type; empty if there is no comparison yet
     * @throws IOException if the folder's description of the comparison can't be read
     */
    public static Optional<DataType> precision(Path output) throws IOException {
        return ComparisonFolder.precision(output);
    }

    /** Plans the first seed of all methods, then the second, so that early results compare. */
    private List<Planned> plan() throws IOException {
        List<Planned> plan = new ArrayList<>();
        for (Candidate candidate : candidates()) {
            try {
                plan.add(planned(candidate, 0));
            } catch (IllegalArgumentException e) {
                if (options.texts().size() < 2) {
                    throw e;
                }
                options.listener().onNote(candidate.name() + " is left out: " + Failures.reason(e));
            }
        }
        if (plan.isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing is left to compare; change the options for which all were left out");
        }
        List<Candidate> kept = plan.stream().map(Planned::candidate).toList();
        for (int i = 1; i < options.seeds(); i++) {
            for (Candidate candidate : kept) {
                plan.add(planned(candidate, i));
            }
        }
        return plan;
    }

    private List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        options.methods()
                .forEach(
                        (name, config) -> {
                            options.texts()
                                    .forEach(
                                            (texts, training) ->
                                                    candidates.add(
                                                            new Candidate(
                                                                    name + "-" + texts,
                                                                    config,
                                                                    training,
                                                                    Optional.of(texts))));
                            if (options.texts().isEmpty()) {
                                candidates.add(
                                        new Candidate(
                                                name,
                                                config,
                                                options.training(),
                                                Optional.empty()));
                            }
                        });
        return candidates;
    }

    private Planned planned(Candidate candidate, int number) throws IOException {
        FineTuner tuner = tuner(candidate, number);
        return new Planned(candidate, tuner, tuner.prepare().provenance());
    }

    private FineTuner tuner(Candidate candidate, int number) {
        FineTuner.Builder builder =
                FineTuner.builder()
                        .setModel(options.model())
                        .setConfig(candidate.config())
                        .setTrain(options.train())
                        .setOutput(options.output())
                        .optName(candidate.name());
        options.dev().ifPresent(builder::setDev);
        options.devSplit().ifPresent(builder::optDevSplit);
        candidate.training().accept(builder);
        // the options of all runs must not change the output
        FineTuner first = builder.setOutput(options.output()).build();
        return first.toBuilder().optSeed(first.options().seed() + number).build();
    }

    private static boolean resumes(List<Planned> plan) {
        return plan.get(0).tuner().options().resume();
    }

    private ComparisonRun train(Planned planned, ComparisonFolder folder) throws IOException {
        Path adapter = folder.adapter(planned.method(), planned.seed());
        FineTuner tuner =
                planned.tuner().toBuilder()
                        .setOutput(adapter)
                        // a killed run may have left an adapter without a line in runs.jsonl
                        .optOverwrite(true)
                        .optListener(options.listener())
                        .build();
        List<String> active = options.model().active();
        long start = System.nanoTime();
        try (PeakMemory peak = PeakMemory.start()) {
            FineTuningResult result = tuner.run();
            OptionalLong bytes = peak.bytes();
            options.model().delete(planned.method());
            options.model().activate(active.toArray(new String[0]));
            return finished(planned, result, bytes);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            String reason = Failures.reason(e);
            options.listener().onNote(planned.method() + " failed: " + reason);
            double seconds = (System.nanoTime() - start) / 1e9;
            return ComparisonRun.failed(
                    planned.method(), planned.seed(), planned.identity(), seconds, reason);
        }
    }

    private static ComparisonRun finished(
            Planned planned, FineTuningResult result, OptionalLong peakMemory) throws IOException {
        String metric = planned.provenance().options().get("metric");
        Optional<SearchChange> change =
                planned.candidate().texts().flatMap(texts -> result.search());
        return new ComparisonRun(
                planned.method(),
                planned.seed(),
                planned.identity(),
                result.metrics(),
                result.bestEpoch(),
                result.trainableParameters(),
                result.adapterParameters(),
                result.fileBytes(),
                result.seconds(),
                peakMemory.isPresent() ? peakMemory.getAsLong() : null,
                null,
                change.map(of -> SearchSummary.columns(metric, of::before, of)).orElse(null),
                change.map(of -> SearchSummary.columns(metric, of::after, of)).orElse(null));
    }

    /** Notes which run begins, and how long all will take, if earlier runs allow an estimate. */
    private void announce(List<Planned> plan, List<ComparisonRun> done) {
        Planned next = plan.get(done.size());
        OptionalDouble remaining = ComparisonClock.remaining(methods(plan), done);
        options.listener()
                .onNote(
                        "run %d of %d: %s, seed %d%s"
                                .formatted(
                                        done.size() + 1,
                                        plan.size(),
                                        next.method(),
                                        next.seed(),
                                        remaining.isPresent()
                                                ? "; about "
                                                        + ComparisonClock.text(
                                                                remaining.getAsDouble())
                                                        + " left"
                                                : ""));
    }

    private static List<String> methods(List<Planned> plan) {
        return plan.stream().map(Planned::method).toList();
    }

    /** Times steps of one task; queries alone have steps of another kind than both sides. */
    private StepTimer.Times times(List<Planned> plan, List<ComparisonRun> runs) throws IOException {
        if (!options.texts().isEmpty()) {
            return new StepTimer.Times(OptionalDouble.empty(), Map.of());
        }
        Map<String, AdapterConfig> timed = new LinkedHashMap<>(options.methods());
        timed.keySet()
                .removeIf(
                        method ->
                                runs.stream()
                                        .filter(run -> run.method().equals(method))
                                        .allMatch(ComparisonRun::isFailed));
        options.listener().onNote("timing training steps");
        PreparedRun run = tuner(plan.get(0).candidate(), 0).prepare();
        return new StepTimer(options.model(), run, options.listener()::onNote)
                .measure(timed, options.rounds());
    }

    private ComparisonResult summarise(
            List<Planned> plan, List<ComparisonRun> runs, StepTimer.Times times) {
        String metric = plan.get(0).provenance().options().get("metric");
        List<MethodSummary> methods = new ArrayList<>();
        for (Planned planned : plan.subList(0, plan.size() / options.seeds())) {
            String method = planned.method();
            Double time = times.relative().get(method);
            methods.add(
                    MethodSummary.of(
                            method,
                            settings(planned.provenance()),
                            metric,
                            runs.stream().filter(run -> run.method().equals(method)).toList(),
                            time == null ? OptionalDouble.empty() : OptionalDouble.of(time),
                            planned.candidate().texts()));
        }
        return new ComparisonResult(metric, methods, times.baseSeconds(), options.output());
    }

    /** Returns a method's options with its learning rate; a head alone has a rate of its own. */
    private static String settings(Provenance run) {
        String adapter = run.options().get("adapter");
        return run.options().get("method").equals("head")
                ? adapter
                : adapter + ", learning rate " + run.options().get("learning_rate");
    }

    private void write(ComparisonResult result, List<Planned> plan, ComparisonFolder folder)
            throws IOException {
        boolean drawn = draw(result, folder.file(ComparisonFolder.PICTURE));
        List<Long> seeds = plan.stream().map(Planned::seed).distinct().toList();
        String report =
                ComparisonReport.markdown(
                        result, plan.get(0).provenance(), seeds, options.rounds(), drawn);
        AtomicFiles.writeString(folder.file(ComparisonFolder.MARKDOWN), report);
    }

    /** Draws the picture; if that fails, for lack of fonts for example, the results stay. */
    private boolean draw(ComparisonResult result, Path file) throws IOException {
        try {
            Files.deleteIfExists(file);
            if (result.methods().stream().allMatch(method -> method.values().isEmpty())) {
                return false;
            }
            ComparisonPlot.write(result, file);
            return true;
        } catch (RuntimeException | LinkageError e) {
            options.listener().onNote("'%s' could not be plotted: %s".formatted(file, e));
            return false;
        }
    }

    /** Builds a comparison. */
    public static final class Builder {

        private AdaptedModel model;
        private Map<String, AdapterConfig> methods = Map.of();
        private Map<AdaptedTexts, Consumer<FineTuner.Builder>> texts = Map.of();
        private LabelledData train;
        private LabelledData dev;
        private OptionalDouble devSplit = OptionalDouble.empty();
        private Path output;
        private int seeds = 3;
        private int rounds = 7;
        private Consumer<FineTuner.Builder> training = tuner -> {};
        private ProgressListener listener = new ProgressListener() {};

        private Builder() {}

        /** Sets the model, which was opened from a directory. */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /** Sets the methods by name; names have letters, digits, '.', '_' and '-'. */
        public Builder setMethods(Map<String, AdapterConfig> methods) {
            this.methods = Arguments.named(methods, "compare");
            return this;
        }

        /** Sets the training data. */
        public Builder setTrain(LabelledData train) {
            this.train = train;
            return this;
        }

        /** Sets the data on which all methods are evaluated; or {@link #optDevSplit}. */
        public Builder setDev(LabelledData dev) {
            this.dev = dev;
            return this;
        }

        /**
         * Sets the share of the training data, at most 0.5, that is held out and on which all
         * methods are evaluated; the first seed chooses the examples.
         */
        public Builder optDevSplit(double share) {
            this.devSplit = OptionalDouble.of(share);
            return this;
        }

        /** Sets the output: a new or empty folder, or one with the same comparison to resume. */
        public Builder setOutput(Path output) {
            this.output = output;
            return this;
        }

        /** Sets the number of seeds (default 3), which begin with that of the training options. */
        public Builder optSeeds(int seeds) {
            this.seeds = Arguments.positive("number of seeds", seeds);
            return this;
        }

        /** Sets the number of rounds of timed steps (default 7). */
        public Builder optRounds(int rounds) {
            this.rounds = Arguments.positive("number of rounds", rounds);
            return this;
        }

        /**
         * Sets training options of all runs, such as the number of epochs. Without a learning rate
         * every method has its own default.
         */
        public Builder optTraining(Consumer<FineTuner.Builder> training) {
            this.training = training;
            return this;
        }

        /**
         * Trains every method once for each of these texts of a search, as {@code lora-query}, and
         * compares what changes in the search, in the place of the times of steps (default: once,
         * as the other training options say). What data or options do not allow is left out, with a
         * note.
         *
         * @param trainings the training options for each, in their order, in the place of those of
         *     {@link #optTraining}
         */
        public Builder optTexts(Map<AdaptedTexts, Consumer<FineTuner.Builder>> trainings) {
            this.texts = Collections.unmodifiableMap(new LinkedHashMap<>(trainings));
            return this;
        }

        /** Sets the listener, which also gets notes of the runs and of the remaining time. */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        public Comparison build() {
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(train, "setTrain is missing");
            if (dev == null && devSplit.isEmpty()) {
                throw new NullPointerException("setDev or optDevSplit is missing");
            }
            Objects.requireNonNull(output, "setOutput is missing");
            if (methods.isEmpty()) {
                throw new NullPointerException("setMethods is missing");
            }
            return new Comparison(
                    new Options(
                            model,
                            methods,
                            texts,
                            train,
                            Optional.ofNullable(dev),
                            devSplit,
                            output,
                            seeds,
                            rounds,
                            training,
                            listener));
        }
    }
}
