/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.djladapters.examples.compare.ComparisonClock;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Failures;
import org.djladapters.io.WriteLock;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * Does the runs that a {@link SweepFile} declares, seed by seed, so that early results compare.
 *
 * <p>Each seed draws its own training examples, the same for all methods, and holds a part of them
 * out. With a method's first seed {@linkplain RateTrial trials} train on all tasks with every
 * factor of its usual learning rate; the factor with the best {@linkplain RateChoice mean on the
 * held-out parts} is used for all tasks and seeds. A run trains with it, keeps the epoch that is
 * best on the held-out part, and is evaluated on the development data once. Its outputs for every
 * example are kept. Test data are used only on request, once per run.
 *
 * <p>A search for layouts consists of trials; it does not read development and test data.
 *
 * <p>When a trial or a run ends, its {@link RateTrial} or {@link RunResult} is appended to {@code
 * rates.jsonl} or {@code runs.jsonl} in the output folder. A sweep that is started again repeats
 * neither these nor complete epochs. A failed run has a line with the reason and is repeated only
 * on request. Several processes may share the work of one folder.
 */
public final class Sweep {

    private final Options options;
    private final SweepPlan plan;
    private final SweepFolder folder;
    private final Set<SweepJob> tried = new HashSet<>();
    private final Set<String> warned = new HashSet<>();

    record Options(
            SweepFile file,
            SweepCells cells,
            Path data,
            Path model,
            Path output,
            Optional<Path> rates,
            RunOptions.Parser parser,
            boolean retryFailed,
            boolean test,
            boolean keepAdapters,
            ProgressListener listener) {

        /** Tells whether a complete run is still to be evaluated on test data. */
        boolean needsTest(SweepPlan plan, SweepJob job, RunResult result) {
            return test
                    && plan.data(job.key()).hasTest()
                    && !result.isFailed()
                    && !result.isTested();
        }
    }

    private Sweep(Options options) throws IOException {
        this.options = options;
        plan =
                new SweepPlan(
                        options.file(),
                        options.cells(),
                        recorded(options),
                        options.data(),
                        ModelDirectory.open(options.model()),
                        options.parser());
        SweepCheck check = new SweepCheck(options, plan);
        check.requireData();
        folder = new SweepFolder(options.output());
        check.results(folder);
    }

    private static Optional<RecordedRates> recorded(Options options) throws IOException {
        return options.rates().isPresent()
                ? Optional.of(RecordedRates.read(options.rates().get(), options.file()))
                : Optional.empty();
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns all trials and runs of the sweep, in the order in which they are done; results may
     * show that more trials are needed.
     */
    public List<SweepJob> jobs() throws IOException {
        return plan.jobs(folder.state());
    }

    /** Returns the trials and runs that have not ended, in their order. */
    public List<SweepJob> pending() throws IOException {
        return pending(folder.state());
    }

    private List<SweepJob> pending(SweepState state) {
        return plan.jobs(state).stream().filter(job -> isPending(job, state)).toList();
    }

    private boolean isPending(SweepJob job, SweepState state) {
        boolean again = options.retryFailed() && !tried.contains(job);
        if (job.isTrial() || options.file().search()) {
            Optional<RateTrial> trial = state.trial(job);
            // once a rate is chosen, the other trials are not needed
            return trial.isEmpty()
                    || (trial.get().isFailed()
                            && again
                            && !(job.isTrial() && choice(job, state).isPresent()));
        }
        Optional<RunResult> result = state.result(job.key());
        return result.isEmpty()
                || (result.get().isFailed() && again)
                || (options.needsTest(plan, job, result.get()) && !tried.contains(job));
    }

    private Optional<RateChoice> choice(SweepJob job, SweepState state) {
        return plan.search(job.key()).choice(state);
    }

    private List<SweepJob> trials(SweepJob job, SweepState state) {
        return plan.search(job.key()).trials(state);
    }

    /** Counts the failed runs of this sweep; in a search, the failed trials. */
    public long failed() throws IOException {
        SweepState state = folder.state();
        boolean search = options.file().search();
        return plan.jobs(state).stream()
                .filter(
                        job ->
                                search
                                        ? state.trial(job).filter(RateTrial::isFailed).isPresent()
                                        : !job.isTrial()
                                                && state.result(job.key())
                                                        .filter(RunResult::isFailed)
                                                        .isPresent())
                .count();
    }

    /**
     * Does all work that can be done, one piece after the other.
     *
     * @param model the model of the sweep, which is left as it was
     * @return the number of pieces that have not ended, since other processes do them or what they
     *     wait for
     */
    public int run(AdaptedModel model) throws IOException {
        boolean found = true;
        while (found) {
            found = false;
            for (SweepJob next : pending()) {
                if (attempt(next, model).isPresent()) {
                    found = true;
                    break; // other work may be possible now, also because of other processes
                }
            }
        }
        return pending().size();
    }

    /**
     * Does one piece of work, unless it has ended, another process does it, or it has to wait.
     *
     * @param model the model of the sweep, which is left as it was
     * @return a description of the result; empty if the work was not done
     */
    public Optional<String> attempt(SweepJob job, AdaptedModel model) throws IOException {
        Optional<WriteLock> claimed = folder.claim(job);
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        WriteLock claim = claimed.get();
        try (claim) {
            SweepState state = folder.state();
            if (!isPending(job, state) || !isReady(job, state)) {
                return Optional.empty();
            }
            announce(job, state);
            tried.add(job);
            SweepRun run = new SweepRun(options, folder, plan.data(job.key()), model, job);
            String summary =
                    job.isTrial() ? noted(run.trial(job.rates().get())) : run(job, run, state);
            options.listener().onNote(summary);
            return Optional.of(summary);
        }
    }

    private boolean isReady(SweepJob job, SweepState state) {
        return job.isTrial() || trials(job, state).stream().noneMatch(t -> isPending(t, state));
    }

    /** Keeps the training of a trial only for a run with its seed. */
    private String noted(RateTrial trial) throws IOException {
        folder.append(trial);
        if (options.file().search() || !plan.isRun(trial.key())) {
            folder.forget(trial.key(), trial.rates());
        }
        return trial.summary();
    }

    private String run(SweepJob job, SweepRun run, SweepState state) throws IOException {
        Optional<RunResult> done = state.result(job.key());
        if (done.isPresent() && options.needsTest(plan, job, done.get())) {
            return test(run, done.get());
        }
        Optional<RateChoice> choice = choice(job, state);
        choice.ifPresent(chosen -> warn(job, chosen));
        if (options.file().search()) {
            return noted(
                    choice.isPresent()
                            ? run.trial(choice.get().rates())
                            : run.failedTrial(noRate(job, state)));
        }
        RunResult result = result(job, run, choice, state);
        folder.append(result);
        run.leave(result);
        return result.summary();
    }

    private RunResult result(
            SweepJob job, SweepRun run, Optional<RateChoice> choice, SweepState state)
            throws IOException {
        if (choice.isEmpty()) {
            return run.failed(noRate(job, state));
        }
        Optional<String> other = otherChoice(job, choice.get(), state);
        return other.isPresent() ? run.failed(other.get()) : run.run(choice.get());
    }

    private String test(SweepRun run, RunResult result) throws IOException {
        try {
            RunResult tested = run.test(result);
            folder.append(tested);
            return tested.summary();
        } catch (ArithmeticException | IllegalArgumentException e) {
            return "%s could not be tested: %s".formatted(result.key(), Failures.reason(e));
        }
    }

    private String noRate(SweepJob job, SweepState state) {
        RateTrial failed =
                state.trialsOf(trials(job, state)).stream()
                        .filter(RateTrial::isFailed)
                        .findFirst()
                        .orElseThrow();
        String tasks = job.setup().joint() == null ? " for all tasks: " : ": ";
        return "No learning rate works" + tasks + failed.summary();
    }

    /** Returns a failure if runs of the method had another factor, chosen on fewer tasks. */
    private Optional<String> otherChoice(SweepJob job, RateChoice choice, SweepState state) {
        RateSearch search = plan.search(job.key());
        return state.results().stream()
                .filter(r -> search.isFor(r.key()) && !r.isFailed())
                .filter(r -> !r.rates().equals(choice.rates()))
                .map(
                        r ->
                                ("%s was done with the usual %s, but %s is chosen now; take the"
                                                + " lines of this method out of runs.jsonl to do"
                                                + " its runs again")
                                        .formatted(r.key(), r.rates(), choice.rates()))
                .findFirst();
    }

    private void warn(SweepJob job, RateChoice choice) {
        String method =
                job.setup().joint() == null
                        ? job.key().method()
                        : job.key().method() + " for " + job.key().task();
        if (choice.atEdge() && warned.add(method)) {
            options.listener()
                    .onNote(
                            ("warning: the best rates of %s are at the edge of those tried, %s;"
                                            + " others beyond may be better")
                                    .formatted(method, choice.rates()));
        }
    }

    /**
     * Counts the choices that are at the edge of the learning rates that were tried: those of
     * methods or, where rates are tuned together, of methods for a task.
     */
    public long ratesAtEdge() throws IOException {
        SweepState state = folder.state();
        return plan.searches().stream()
                .filter(search -> search.choice(state).filter(RateChoice::atEdge).isPresent())
                .count();
    }

    /** Returns the layouts of a search whose trials have ended, the best on held-out data first. */
    public List<SearchedLayout> layouts() throws IOException {
        if (!options.file().search()) {
            return List.of();
        }
        SweepState state = folder.state();
        Map<String, List<RateTrial>> trials = new LinkedHashMap<>();
        List<SweepJob> jobs = plan.jobs(state);
        for (SweepJob job : jobs) {
            trials.computeIfAbsent(job.key().method(), method -> searched(method, jobs, state));
        }
        List<RateTrial> first = trials.values().iterator().next();
        return trials.entrySet().stream()
                .filter(layout -> !layout.getValue().isEmpty())
                .map(layout -> SearchedLayout.of(layout.getKey(), layout.getValue(), first))
                .sorted()
                .toList();
    }

    /** Returns the trials of a layout with its chosen rate; none until all have succeeded. */
    private List<RateTrial> searched(String method, List<SweepJob> jobs, SweepState state) {
        List<SweepJob> own = jobs.stream().filter(j -> j.key().method().equals(method)).toList();
        List<RateTrial> ended = state.trialsOf(own);
        Optional<RateChoice> choice = choice(own.get(0), state);
        boolean failed =
                ended.stream()
                        .anyMatch(t -> choice.isPresent() && t.isFailed() && isOf(choice.get(), t));
        if (ended.size() < own.size() || choice.isEmpty() || failed) {
            return List.of();
        }
        return ended.stream().filter(t -> isOf(choice.get(), t)).toList();
    }

    private static boolean isOf(RateChoice choice, RateTrial trial) {
        return trial.rates().equals(choice.rates());
    }

    private void announce(SweepJob job, SweepState state) {
        int all = plan.jobs(state).size();
        int left = pending(state).size();
        String time = workOf(state).map(text -> "; about " + text + " left").orElse("");
        options.listener()
                .onNote(
                        "%s %d of %d: %s%s"
                                .formatted(
                                        job.isTrial() ? "trial" : "run",
                                        all - left + 1,
                                        all,
                                        job,
                                        time));
    }

    /** Estimates the time of the remaining work for one process; empty before the first end. */
    public Optional<String> workLeft() throws IOException {
        return workOf(folder.state());
    }

    private Optional<String> workOf(SweepState state) {
        List<RunKey> trainings =
                pending(state).stream()
                        .filter(job -> trains(job, state))
                        .map(SweepJob::key)
                        .toList();
        OptionalDouble seconds = SweepClock.remaining(trainings, state);
        return seconds.isPresent()
                ? Optional.of(ComparisonClock.text(seconds.getAsDouble()))
                : Optional.empty();
    }

    /** Tells whether a job trains; a run uses the adapter of a trial with its seed. */
    private boolean trains(SweepJob job, SweepState state) {
        boolean tried = trials(job, state).stream().anyMatch(t -> t.key().equals(job.key()));
        boolean done = state.result(job.key()).filter(r -> !r.isFailed()).isPresent();
        return job.isTrial() || !(tried || done);
    }

    /** Builds a sweep. */
    public static final class Builder {

        private SweepFile file;
        private Path data;
        private Path model;
        private Path output;
        private RunOptions.Parser parser;
        private SweepCells cells = SweepCells.ALL;
        private Optional<Path> rates = Optional.empty();
        private boolean retryFailed;
        private boolean test;
        private boolean keepAdapters;
        private ProgressListener listener = new ProgressListener() {};

        private Builder() {}

        public Builder setFile(SweepFile file) {
            this.file = file;
            return this;
        }

        /** Sets the folder that paths of data are relative to. */
        public Builder setData(Path data) {
            this.data = data;
            return this;
        }

        public Builder setModel(Path model) {
            this.model = model;
            return this;
        }

        /** Sets the folder of results, which may have results of this and of other sweeps. */
        public Builder setOutput(Path output) {
            this.output = output;
            return this;
        }

        /** Sets the parser of the options of runs. */
        public Builder setParser(RunOptions.Parser parser) {
            this.parser = parser;
            return this;
        }

        /** Sets the tasks and methods that are worked on (default all). */
        public Builder optCells(SweepCells cells) {
            this.cells = cells;
            return this;
        }

        /**
         * Sets a file of recorded runs of this sweep, a {@code runs.jsonl}, whose learning rates
         * are used instead of trials (default none). They may have computed in another type.
         */
        public Builder optRates(Path runs) {
            rates = Optional.of(runs);
            return this;
        }

        /** Sets whether failed runs are repeated, once (default false). */
        public Builder optRetryFailed(boolean retryFailed) {
            this.retryFailed = retryFailed;
            return this;
        }

        /**
         * Sets whether runs are also evaluated on the test data of their tasks, once each (default
         * false). Complete runs need the adapters that were kept.
         */
        public Builder optTest(boolean test) {
            this.test = test;
            return this;
        }

        /** Sets whether the adapters of runs are kept in the output folder (default false). */
        public Builder optKeepAdapters(boolean keepAdapters) {
            this.keepAdapters = keepAdapters;
            return this;
        }

        /** Sets the listener, which also gets notes of the runs and of the remaining time. */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Reads model and data, checks the options of all runs and opens the output.
         *
         * @throws IOException if something can't be read, or the output has results of the same
         *     runs with other options
         * @throws IllegalArgumentException if options are wrong
         */
        public Sweep build() throws IOException {
            Objects.requireNonNull(file, "setFile is missing");
            Objects.requireNonNull(data, "setData is missing");
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(output, "setOutput is missing");
            Objects.requireNonNull(parser, "setParser is missing");
            return new Sweep(
                    new Options(
                            file,
                            cells,
                            data,
                            model,
                            output,
                            rates,
                            parser,
                            retryFailed,
                            test,
                            keepAdapters,
                            listener));
        }
    }
}
