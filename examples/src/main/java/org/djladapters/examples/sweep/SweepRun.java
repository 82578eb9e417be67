/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.data.LabelledData;
import org.djladapters.examples.bench.Processor;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.io.Failures;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;

/** A run of a sweep: a training and its evaluation. */
final class SweepRun {

    /** The name of the method that trains only the head. */
    static final String HEAD = "head";

    /** Stands for rates where none work. */
    private static final Rates NONE = new Rates(0, 1);

    private final Sweep.Options options;
    private final SweepFolder folder;
    private final SweepData data;
    private final AdaptedModel model;
    private final SweepJob job;
    private final RunKey key;

    /** Creates a run, or a trial for it. */
    SweepRun(
            Sweep.Options options,
            SweepFolder folder,
            SweepData data,
            AdaptedModel model,
            SweepJob job) {
        this.options = options;
        this.folder = folder;
        this.data = data;
        this.model = model;
        this.job = job;
        key = job.key();
    }

    private record Measured(Map<String, Double> metrics, ExampleOutputs outputs) {}

    private TrialFolder work(Rates rates) throws IOException {
        return new TrialFolder(folder.work(key, rates));
    }

    private Training training() {
        return new Training(options, data, model);
    }

    /** Trains with learning rates and evaluates the best epoch on held-out data only. */
    RateTrial trial(Rates rates) throws IOException {
        RunSetup setup = job.setup().ofTraining();
        return trial(rates, training().run(key, setup, rates, work(rates)));
    }

    /** Returns the trial of a search for which no learning rate works. */
    RateTrial failedTrial(String reason) {
        RunSetup setup = job.setup().ofTraining();
        return trial(NONE, TrialFolder.Ended.failed(setup, 0, 0, reason));
    }

    private RateTrial trial(Rates rates, TrialFolder.Ended end) {
        SweepFile file = options.file();
        return new RateTrial(
                file.suite(),
                key,
                end.setup(),
                rates.factor(),
                rates.headFactorOfLine(),
                end.learningRate(),
                end.metric(),
                end.value(),
                end.adapterParameters(),
                end.seconds(),
                file.search() ? file.methods().size() : null,
                end.failure());
    }

    /**
     * Trains with the chosen learning rates, unless a trial did, and evaluates the best epoch on
     * development data if there are any, and on test data if these are asked for.
     */
    RunResult run(RateChoice choice) throws IOException {
        RunSetup setup = job.setup().ofTraining();
        TrialFolder work = work(choice.rates());
        TrialFolder.Ended end = training().run(key, setup, choice.rates(), work);
        if (end.isFailed()) {
            return result(choice, end, Map.of(), end.failure());
        }
        try {
            Map<String, Double> metrics = Map.of();
            Map<String, ExampleOutputs> outputs = new LinkedHashMap<>();
            if (data.dev() != null) {
                Measured dev = measure(end.isFrozen(), work.adapter(), data.dev(), end.metric());
                metrics = dev.metrics();
                outputs.put(RunSetup.DEV, dev.outputs());
            }
            RunResult result = result(choice, end, metrics, null);
            return options.test() && data.hasTest()
                    ? test(result, work.adapter(), outputs)
                    : written(result, outputs);
        } catch (ArithmeticException | IllegalArgumentException e) {
            return result(choice, end, Map.of(), Failures.reason(e));
        }
    }

    /** Evaluates the adapter of a complete run on test data. */
    RunResult test(RunResult result) throws IOException {
        Path file = folder.resolve(result.outputs());
        return test(result, folder.adapter(key), new LinkedHashMap<>(ExampleOutputs.read(file)));
    }

    private RunResult test(RunResult result, Path adapter, Map<String, ExampleOutputs> outputs)
            throws IOException {
        LabelledData test = data.test();
        Measured measured = measure(result.isFrozen(), adapter, test, result.metric());
        outputs.put(RunSetup.TEST, measured.outputs());
        return written(result.withTest(SweepData.source(test), measured.metrics(), now()), outputs);
    }

    private RunResult written(RunResult result, Map<String, ExampleOutputs> outputs)
            throws IOException {
        Path file = folder.resolve(result.outputs());
        Files.createDirectories(file.getParent());
        ExampleOutputs.write(file, outputs);
        return result;
    }

    /** Keeps or deletes the adapter, after the result has been written. */
    void leave(RunResult result) throws IOException {
        if (options.keepAdapters() && !result.isFailed() && !result.isFrozen()) {
            folder.keep(key, work(result.rates()).adapter());
        }
        folder.forget(key);
    }

    private Measured measure(boolean frozen, Path adapter, LabelledData examples, String metric)
            throws IOException {
        OutputsListener listener = new OutputsListener(metric, options.listener());
        Map<String, Double> metrics =
                frozen
                        ? training().prepare(key, job.setup(), adapter).measure(examples, listener)
                        : Evaluator.evaluate(model, adapter, examples, listener);
        return new Measured(metrics, listener.outputs(metrics));
    }

    /** Returns the result of a run for which no learning rate works. */
    RunResult failed(String reason) {
        TrialFolder.Ended end = TrialFolder.Ended.failed(job.setup(), 0, 0, reason);
        return result(new RateChoice(NONE, false), end, Map.of(), reason);
    }

    private RunResult result(
            RateChoice choice, TrialFolder.Ended end, Map<String, Double> metrics, String failure) {
        return new RunResult(
                options.file().suite(),
                key,
                job.setup(),
                options.parser().parse(job.setup().options()).method(),
                end.metric(),
                metrics,
                Map.of(),
                end.learningRate(),
                end.headLearningRate(),
                choice.rates().factor(),
                choice.rates().headFactorOfLine(),
                choice.atEdge(),
                end.bestEpoch(),
                end.curve(),
                end.adapterParameters(),
                end.trainableParameters(),
                end.coverage(),
                end.fileBytes(),
                end.seconds(),
                end.peakMiB(),
                JniUtils.getNumThreads(),
                Processor.current().toString(),
                end.versions(),
                now(),
                failure == null ? SweepFolder.outputs(key) : null,
                failure);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
