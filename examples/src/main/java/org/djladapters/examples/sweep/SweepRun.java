/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.io.Failures;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.HeadConfig;
import org.djladapters.task.Evaluator;
import org.djladapters.task.Metrics;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;

/** A run of a sweep: trials of learning rates, and the measurement of the best of them. */
final class SweepRun {

    /** Which examples are held out is the same for all methods and seeds. */
    private static final long SPLIT_SEED = 0;

    private static final String ADAPTER = "trial";

    private final Sweep.Options options;
    private final SweepPlan.Data data;
    private final Path work;

    /**
     * Describes a run.
     *
     * @param work the folder where it works
     */
    SweepRun(Sweep.Options options, SweepPlan.Data data, Path work) {
        this.options = options;
        this.data = data;
        this.work = work;
    }

    /** A learning rate that was tried. */
    private record Tried(TrialFolder folder, TrialFolder.Ended end) {

        /** Larger for what is better. */
        double merit() {
            double value = end.trial().value();
            return Metrics.isLowerBetter(end.metric()) ? -value : value;
        }
    }

    /**
     * Trains with every rate and measures the best.
     *
     * @param rates the rates to try
     * @return the result, with a reason if all trials or the measurement failed
     */
    RunResult train(PlannedRun run, List<Double> rates, AdaptedModel model) throws IOException {
        RunOptions parsed = options.parser().parse(run.setup().options());
        List<Tried> trials = new ArrayList<>();
        for (double rate : rates) {
            TrialFolder folder = new TrialFolder(work, rate);
            if (folder.ended(run.setup()).isEmpty()) {
                folder.end(train(run, parsed, rate, folder, model));
            }
            trials.add(new Tried(folder, folder.ended(run.setup()).orElseThrow()));
        }
        Tried best =
                trials.stream()
                        .filter(trial -> !trial.end().isFailed())
                        .max(Comparator.comparingDouble(Tried::merit))
                        .orElse(trials.get(0));
        if (best.end().isFailed()) {
            String reason = best.end().trial().failure();
            return result(run, parsed.config(), trials, best, Map.of(), reason);
        }
        try {
            Map<String, Double> metrics =
                    Evaluator.evaluate(model, best.folder().adapter(), data.dev());
            return result(run, parsed.config(), trials, best, metrics, null);
        } catch (ArithmeticException | IllegalArgumentException e) {
            return result(run, parsed.config(), trials, best, Map.of(), Failures.reason(e));
        }
    }

    private TrialFolder.Ended train(
            PlannedRun run, RunOptions parsed, double rate, TrialFolder folder, AdaptedModel model)
            throws IOException {
        long start = System.nanoTime();
        List<String> active = model.active();
        try {
            FineTuningResult result = tuner(run, parsed, rate, folder, model).run();
            model.delete(ADAPTER);
            model.activate(active.toArray(new String[0]));
            String metric = result.provenance().options().get("metric");
            return new TrialFolder.Ended(
                    run.setup(),
                    new RunResult.Trial(rate, result.metrics().get(metric), result.seconds(), null),
                    metric,
                    result.bestEpoch(),
                    result.adapterParameters(),
                    result.trainableParameters(),
                    result.fileBytes(),
                    result.provenance().versions());
        } catch (CancellationException | UncheckedIOException e) {
            throw e; // not the run's fault: it can be resumed
        } catch (RuntimeException e) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return TrialFolder.Ended.failed(run.setup(), rate, seconds, Failures.reason(e));
        }
    }

    private FineTuner tuner(
            PlannedRun run,
            RunOptions parsed,
            double rate,
            TrialFolder folder,
            AdaptedModel model) {
        HeldOutSplit parts = HeldOutSplit.of(data.train(), run.setup().heldOut(), SPLIT_SEED);
        AdapterConfig config = parsed.config(model.spec());
        FineTuner.Builder tuner =
                FineTuner.builder()
                        .setModel(model)
                        .setConfig(config)
                        .setTrain(parts.train())
                        .setDev(parts.heldOut())
                        .setOutput(folder.adapter())
                        .optOverwrite(true) // left by a trial that was killed before it was noted
                        .optName(ADAPTER)
                        // as measured in all published sweeps, unless the file says otherwise
                        .optPairEncoding(HeadConfig.PairEncoding.CROSS);
        parsed.apply(tuner);
        if (config.method().equals("head")) {
            tuner.optHeadLearningRate(rate); // there is no other
        } else {
            tuner.optLearningRate(rate);
        }
        return tuner.optSeed(run.key().seed())
                .optListener(new CurveListener(options.listener(), folder))
                .build();
    }

    private RunResult result(
            PlannedRun run,
            AdapterConfig config,
            List<Tried> tried,
            Tried chosen,
            Map<String, Double> metrics,
            String failure)
            throws IOException {
        List<RunResult.Trial> trials =
                run.isFirst() ? tried.stream().map(t -> t.end().trial()).toList() : List.of();
        TrialFolder.Ended end = chosen.end();
        return new RunResult(
                options.file().suite(),
                run.key(),
                run.setup(),
                config.method(),
                end.metric(),
                metrics,
                end.trial().learningRate(),
                trials,
                end.bestEpoch(),
                chosen.folder().curve(),
                end.adapterParameters(),
                end.trainableParameters(),
                end.fileBytes(),
                end.trial().seconds(),
                trials.stream().mapToDouble(RunResult.Trial::seconds).sum(),
                JniUtils.getNumThreads(),
                end.versions(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                failure);
    }
}
