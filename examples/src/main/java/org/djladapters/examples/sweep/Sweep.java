/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.djladapters.examples.compare.ComparisonClock;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.WriteLock;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.ProgressListener;

/**
 * Does the runs that a {@link SweepFile} declares, seed by seed, so that early results compare.
 *
 * <p>A method's first seed trains with every learning rate of its list, on the training data
 * without the part that is held out; the rate that is best on that part is the method's rate for
 * the task, with all seeds. Only then the run is measured on the development data, once.
 *
 * <p>When a run ends, its {@link RunResult} is appended to {@code runs.jsonl} in the output folder.
 * A sweep that was killed resumes where it was when it is started again: runs that ended are not
 * done again, and neither are trials and epochs. A run that failed has a line with the reason and
 * is left alone until it is asked for. Several processes may work on one folder: each does runs
 * that no other is at.
 */
public final class Sweep {

    private final Options options;
    private final SweepPlan plan;
    private final List<PlannedRun> runs;
    private final SweepFolder folder;
    private final Set<RunKey> tried = new HashSet<>();

    record Options(
            SweepFile file,
            Path data,
            Path model,
            Path output,
            RunOptions.Parser parser,
            boolean retryFailed,
            ProgressListener listener) {}

    private Sweep(Options options) throws IOException {
        this.options = options;
        plan =
                new SweepPlan(
                        options.file(),
                        options.data(),
                        ModelDirectory.open(options.model()),
                        options.parser());
        runs = plan.runs();
        folder = new SweepFolder(options.output());
        requireSameSetups();
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private void requireSameSetups() throws IOException {
        Map<RunKey, RunResult> results = folder.results();
        for (PlannedRun run : runs) {
            RunResult result = results.get(run.key());
            if (result != null && !result.setup().equals(run.setup())) {
                throw new IOException(
                        ("Output '%s' holds a result of %s with another model, other data, options"
                                        + " or learning rates; choose another folder, or take that"
                                        + " line out of runs.jsonl to do the run again")
                                .formatted(options.output(), run.key()));
            }
        }
    }

    /**
     * Returns all runs of the sweep.
     *
     * @return the runs in the order in which they are done
     */
    public List<PlannedRun> runs() {
        return runs;
    }

    /**
     * Returns the runs that are still to be done, those that another process is at included.
     *
     * @return the runs in the order in which they are done
     * @throws IOException if the results can't be read
     */
    public List<PlannedRun> pending() throws IOException {
        Map<RunKey, RunResult> results = folder.results();
        return runs.stream().filter(run -> isPending(run, results)).toList();
    }

    private boolean isPending(PlannedRun run, Map<RunKey, RunResult> results) {
        RunResult result = results.get(run.key());
        boolean again = options.retryFailed() && !tried.contains(run.key());
        return result == null || (result.isFailed() && again);
    }

    /**
     * Counts the runs of this sweep that have failed.
     *
     * @return their number
     * @throws IOException if the results can't be read
     */
    public long failed() throws IOException {
        Map<RunKey, RunResult> results = folder.results();
        return runs.stream()
                .map(run -> results.get(run.key()))
                .filter(result -> result != null && result.isFailed())
                .count();
    }

    /**
     * Does all runs that can be done, one after the other.
     *
     * @param model the model that was set, opened; it is left as it was
     * @return the number of runs that are still to be done then: because other processes are at
     *     them, or since the run that chooses their learning rate has failed
     * @throws IOException if a file can't be read or written
     */
    public int run(AdaptedModel model) throws IOException {
        boolean found = true;
        while (found) {
            found = false;
            for (PlannedRun next : pending()) {
                Optional<RunResult> result = attempt(next, model);
                if (result.isPresent()) {
                    found = true;
                    break; // what is pending may have changed, also by other processes
                }
            }
        }
        return pending().size();
    }

    /**
     * Does one run, unless it is done, another process is at it, or its learning rate is not chosen
     * yet.
     *
     * @param run one of {@link #runs()}
     * @param model the model that was set, opened; it is left as it was
     * @return the result, which was appended to the results; nothing if the run was not done
     * @throws IOException if a file can't be read or written
     */
    public Optional<RunResult> attempt(PlannedRun run, AdaptedModel model) throws IOException {
        Optional<WriteLock> claimed = folder.claim(run.key());
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        WriteLock claim = claimed.get();
        try (claim) {
            Map<RunKey, RunResult> results = folder.results();
            RunResult first = results.get(run.first());
            boolean waits = !run.isFirst() && (first == null || first.isFailed());
            if (waits || !isPending(run, results)) {
                return Optional.empty();
            }
            announce(run, results);
            tried.add(run.key());
            List<Double> rates =
                    run.isFirst() ? run.setup().learningRates() : List.of(first.learningRate());
            RunResult result =
                    new SweepRun(options, plan.data(run.key()), folder.work(run.key()))
                            .train(run, rates, model);
            folder.append(result);
            folder.forget(run.key());
            options.listener().onNote(result.summary());
            return Optional.of(result);
        }
    }

    private void announce(PlannedRun run, Map<RunKey, RunResult> results) {
        List<PlannedRun> pending = runs.stream().filter(r -> isPending(r, results)).toList();
        String time = workOf(pending, results).map(text -> "; about " + text + " left").orElse("");
        options.listener()
                .onNote(
                        "run %d of %d: %s%s"
                                .formatted(
                                        runs.size() - pending.size() + 1,
                                        runs.size(),
                                        run.key(),
                                        time));
    }

    /**
     * Estimates how long one process would take for the runs that are still to be done.
     *
     * @return for example {@code 25 min}; nothing before the first run has ended
     * @throws IOException if the results can't be read
     */
    public Optional<String> workLeft() throws IOException {
        return workOf(pending(), folder.results());
    }

    private static Optional<String> workOf(
            List<PlannedRun> pending, Map<RunKey, RunResult> results) {
        OptionalDouble seconds = SweepClock.remaining(pending, results.values());
        return seconds.isPresent()
                ? Optional.of(ComparisonClock.text(seconds.getAsDouble()))
                : Optional.empty();
    }

    /** Gathers what a sweep needs. */
    public static final class Builder {

        private SweepFile file;
        private Path data;
        private Path model;
        private Path output;
        private RunOptions.Parser parser;
        private boolean retryFailed;
        private ProgressListener listener = new ProgressListener() {};

        private Builder() {}

        /**
         * Sets what is to be done.
         *
         * @param file the declaration
         * @return this builder
         */
        public Builder setFile(SweepFile file) {
            this.file = file;
            return this;
        }

        /**
         * Sets where the paths of the data begin.
         *
         * @param data a folder
         * @return this builder
         */
        public Builder setData(Path data) {
            this.data = data;
            return this;
        }

        /**
         * Sets the model.
         *
         * @param model its folder
         * @return this builder
         */
        public Builder setModel(Path model) {
            this.model = model;
            return this;
        }

        /**
         * Sets where results are written.
         *
         * @param output a folder, which may hold results of this and of other sweeps
         * @return this builder
         */
        public Builder setOutput(Path output) {
            this.output = output;
            return this;
        }

        /**
         * Sets what understands the options of runs.
         *
         * @param parser reads options
         * @return this builder
         */
        public Builder setParser(RunOptions.Parser parser) {
            this.parser = parser;
            return this;
        }

        /**
         * Sets whether runs that failed are done again, once (default false).
         *
         * @param retryFailed true to try again
         * @return this builder
         */
        public Builder optRetryFailed(boolean retryFailed) {
            this.retryFailed = retryFailed;
            return this;
        }

        /**
         * Sets what follows the runs. It is also notified which run begins and about how long it
         * will take to the end.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Reads model and data, checks the options of all runs and opens the output.
         *
         * @return the sweep
         * @throws IOException if something can't be read, or the output holds results of the same
         *     runs with other options
         * @throws IllegalArgumentException if options are not understood
         */
        public Sweep build() throws IOException {
            Objects.requireNonNull(file, "setFile is missing");
            Objects.requireNonNull(data, "setData is missing");
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(output, "setOutput is missing");
            Objects.requireNonNull(parser, "setParser is missing");
            return new Sweep(new Options(file, data, model, output, parser, retryFailed, listener));
        }
    }
}
