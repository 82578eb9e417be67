/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.bench.PeakMemory;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.io.Failures;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.PreparedRun;
import org.djladapters.tuning.ProgressListener;

/** Trains once for a run of a sweep, or evaluates the frozen model if there is nothing to train. */
final class Training {

    private static final String ADAPTER = "trial";
    private static final int MEBIBYTE = 1 << 20;

    private final Sweep.Options options;
    private final SweepData data;
    private final AdaptedModel model;

    Training(Sweep.Options options, SweepData data, AdaptedModel model) {
        this.options = options;
        this.data = data;
        this.model = model;
    }

    /**
     * Trains, unless the folder has a result with this setup.
     *
     * @param setup the setup without data that training does not use
     * @param rates the factors of the usual learning rates
     */
    TrialFolder.Ended run(RunKey key, RunSetup setup, Rates rates, TrialFolder folder)
            throws IOException {
        if (folder.ended(setup).isEmpty()) {
            folder.end(train(key, setup, rates, folder));
        }
        return folder.ended(setup).orElseThrow();
    }

    private TrialFolder.Ended train(RunKey key, RunSetup setup, Rates rates, TrialFolder folder)
            throws IOException {
        long start = System.nanoTime();
        List<String> active = model.active();
        double rate = 0;
        try (PeakMemory peak = PeakMemory.start()) {
            RunOptions parsed = options.parser().parse(setup.options());
            FineTuner.Builder tuner = tuner(key, setup, parsed, folder.adapter());
            PreparedRun prepared = tuner.build().prepare();
            requireOutputs(prepared);
            rate = rates.factor() * usualRate(parsed, prepared);
            if (isFrozen(parsed, prepared)) {
                return frozen(setup, rate, prepared);
            }
            if (isHead(parsed)) {
                tuner.optHeadLearningRate(rate);
            } else {
                tuner.optLearningRate(rate);
            }
            Double headRate = headRate(setup, rates, prepared);
            if (headRate != null) {
                tuner.optHeadLearningRate(headRate);
            }
            tuner.optListener(new CurveListener(options.listener(), folder));
            FineTuningResult result = tuner.build().run();
            model.delete(ADAPTER);
            model.activate(active.toArray(new String[0]));
            String metric = result.provenance().options().get("metric");
            return new TrialFolder.Ended(
                    setup,
                    rate,
                    headRate,
                    metric,
                    result.metrics().get(metric),
                    result.seconds(),
                    result.bestEpoch(),
                    folder.curve(),
                    result.adapterParameters(),
                    result.trainableParameters(),
                    coverage(parsed),
                    result.fileBytes(),
                    mebibytes(peak.bytes()),
                    result.provenance().versions(),
                    null);
        } catch (CancellationException | UncheckedIOException e) {
            throw e; // the training can be resumed
        } catch (RuntimeException e) {
            double seconds = (System.nanoTime() - start) / 1e9;
            return TrialFolder.Ended.failed(setup, rate, seconds, Failures.reason(e));
        }
    }

    private double coverage(RunOptions parsed) {
        return model.spec().adapter(parsed.config(model.spec())).coverage();
    }

    private static Long mebibytes(OptionalLong bytes) {
        return bytes.isPresent() ? bytes.getAsLong() / MEBIBYTE : null;
    }

    private static boolean isHead(RunOptions parsed) {
        return parsed.method().equals(SweepRun.HEAD);
    }

    private static boolean isFrozen(RunOptions parsed, PreparedRun prepared) {
        return isHead(parsed) && !prepared.trainsHead();
    }

    /** Returns the rate in the decimal digits in which it was given. */
    private static double usualRate(RunOptions parsed, PreparedRun prepared) {
        return decimal(isHead(parsed) ? prepared.headLearningRate() : prepared.learningRate());
    }

    private static double decimal(float rate) {
        return Double.parseDouble(Float.toString(rate));
    }

    /** Returns the rate of a new head beside an adapter; null unless it is tuned. */
    private static Double headRate(RunSetup setup, Rates rates, PreparedRun prepared) {
        if (setup.joint() == null || !setup.joint().tunesHead()) {
            return null;
        }
        if (!prepared.trainsHead()) {
            throw new IllegalArgumentException(
                    "No head is trained, so its rate can't be tuned; write \"head_rates\": [1] into"
                            + " the task");
        }
        return rates.headFactor() * decimal(prepared.headLearningRate());
    }

    private TrialFolder.Ended frozen(RunSetup setup, double rate, PreparedRun prepared)
            throws IOException {
        String metric = prepared.provenance().options().get("metric");
        Map<String, Double> metrics =
                prepared.measure(
                        draw(setup, prepared.provenance().seed()).heldOut(),
                        new EvaluationListener() {});
        return new TrialFolder.Ended(
                setup,
                rate,
                null,
                metric,
                metrics.get(metric),
                0,
                0,
                List.of(),
                0,
                0,
                null,
                0,
                null,
                prepared.provenance().versions(),
                null);
    }

    private HeldOutSplit draw(RunSetup setup, long seed) {
        return data.draw(setup.heldOut(), seed);
    }

    /** Refuses a metric of which there would be no intervals, before anything is trained. */
    private static void requireOutputs(PreparedRun prepared) {
        boolean several = prepared.task().kind() == TaskKind.MULTI_LABEL_CLASSIFICATION;
        List<String> known =
                Stream.of(ExampleOutputs.Kind.values())
                        .filter(kind -> several == (kind == ExampleOutputs.Kind.LABELS))
                        .flatMap(kind -> kind.metrics().stream())
                        .distinct()
                        .toList();
        if (!known.contains(prepared.metric())) {
            throw new IllegalArgumentException(
                    "A sweep can't compute intervals of the metric %s; choose one of %s"
                            .formatted(prepared.metric(), String.join(", ", known)));
        }
    }

    /** Prepares a training, by which the frozen model is evaluated. */
    PreparedRun prepare(RunKey key, RunSetup setup, Path output) throws IOException {
        RunOptions parsed = options.parser().parse(setup.options());
        return tuner(key, setup, parsed, output).build().prepare();
    }

    private FineTuner.Builder tuner(RunKey key, RunSetup setup, RunOptions parsed, Path output) {
        HeldOutSplit parts = draw(setup, key.seed());
        AdapterConfig config = parsed.config(model.spec());
        FineTuner.Builder tuner =
                FineTuner.builder()
                        .setModel(model)
                        .setConfig(config)
                        .setTrain(parts.train())
                        .setDev(parts.heldOut())
                        .setOutput(output)
                        .optOverwrite(true) // a killed trial may have left an adapter
                        .optName(ADAPTER);
        parsed.apply(tuner);
        return tuner.optSeed(key.seed()).optListener(new ProgressListener() {});
    }
}
