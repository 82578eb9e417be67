/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.io.Failures;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;

/**
 * The third step of a fine-tuning: trains the adapter of a {@link FineTuningRun} epoch by epoch
 * with {@link TrainingStep}, and keeps the best one.
 */
final class TrainingLoop {

    private final PreparedRun run;
    private final FineTuningOptions options;
    private final AdaptedModel model;
    private final Adapter adapter;
    private final BatchedDataset train;
    private final Task.Measure dev;
    private final ProgressListener listener;
    private final Path folder;

    /** The last epoch of which the state is kept. */
    private int kept;

    /** Begins with the adapter as it is; the state is written to a folder after each epoch. */
    TrainingLoop(
            PreparedRun run, Adapter adapter, BatchedDataset train, Task.Measure dev, Path folder) {
        this.run = run;
        this.adapter = adapter;
        this.train = train;
        this.dev = dev;
        this.folder = folder;
        options = run.options();
        model = options.model();
        listener = options.listener();
    }

    /**
     * Trains, resuming from a stored state if there is one, and refuses loss, gradients or outputs
     * that are not finite. The adapter has the parameters of the best epoch then.
     */
    TrainingState.Progress run() throws IOException {
        long start = System.nanoTime();
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Trainer trainer = run.newTrainer()) {
            float weightDecay = options.number(TrainingSettings.WEIGHT_DECAY);
            AdamW optimizer = new AdamW(adapter.parameters(), rates(), weightDecay, scope);
            double clip = options.get(TrainingSettings.CLIP);
            TrainingStep step = TrainingStep.of(model, optimizer, clip, run.task());
            TrainingState state = new TrainingState(adapter.parameters(), optimizer, scope);
            resume(state, scope);
            kept = state.progress().epoch();
            double before = state.progress().seconds();
            listener.onExamples(train.size());
            int epochs = options.get(TrainingSettings.EPOCHS);
            listener.onStart(steps(train.batchCount()), epochs);
            if (run.startCounts() && kept == 0) {
                state.start(measured());
                listener.onUntrained(state.progress().startMetrics());
            }
            for (int epoch = kept + 1; epoch <= epochs; epoch++) {
                double loss = train(trainer, step, epoch);
                Map<String, Double> metrics = measure(step, epoch);
                double seconds = before + (System.nanoTime() - start) / 1e9;
                boolean isBest =
                        state.complete(epoch, metrics, run.metric(), seconds, model.matmul());
                state.write(folder, run.provenance());
                kept = epoch;
                listener.onEpoch(epoch, loss, metrics, isBest);
            }
            model.update(state::restoreBest);
            return state.progress();
        }
    }

    /** Returns the learning rates by parameter and step: those of a new head are its own. */
    private ParameterTracker rates() {
        int steps = allSteps();
        double warmUp = options.get(TrainingSettings.WARM_UP);
        Tracker body = LearningRates.warmUpThenDecay(run.learningRate(), steps, warmUp);
        Tracker head = LearningRates.warmUpThenDecay(run.headLearningRate(), steps, warmUp);
        return LearningRates.byParameter(body, head, run.head()::owns, rateFactors());
    }

    private Map<String, Float> rateFactors() {
        Map<String, Float> factors = new HashMap<>();
        adapter.targetModules()
                .forEach(
                        (module, block) ->
                                block.getDirectParameters()
                                        .keys()
                                        .forEach(
                                                name ->
                                                        factors.put(
                                                                module.path() + "." + name,
                                                                (float) block.rateFactor(name))));
        return factors;
    }

    private int allSteps() {
        int epochs = options.get(TrainingSettings.EPOCHS);
        if ((long) train.batchCount() * epochs >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d epochs of %d steps are more steps than can be counted; use fewer epochs"
                            .formatted(epochs, train.batchCount()));
        }
        return IntStream.range(0, epochs)
                .map(epoch -> steps(train.batchCount(epoch)))
                .reduce(0, Math::addExact);
    }

    /** Returns the number of steps of so many batches; the last one may have fewer batches. */
    private int steps(int batches) {
        int accumulate = options.get(TrainingSettings.ACCUMULATE);
        return Math.toIntExact(((long) batches + accumulate - 1) / accumulate);
    }

    private void resume(TrainingState state, NDManager scope) throws IOException {
        if (!TrainingState.isIn(folder)) {
            return;
        }
        String fresh = "; the run starts over and replaces it";
        if (!options.resume()) {
            listener.onNote("'%s' is not used%s".formatted(folder, fresh));
            return;
        }
        try {
            if (state.read(folder, run.provenance().run(), run.metric(), scope, model::update)) {
                resumeWith(state.matmul());
                listener.onNote("Resuming after epoch " + state.progress().epoch());
            } else {
                listener.onNote(
                        "'%s' holds a run with other options or data%s".formatted(folder, fresh));
            }
        } catch (MalformedFileException e) {
            listener.onNote(e.getMessage() + fresh);
        } catch (IOException e) {
            // it may be whole, and must not be lost since it can't be read at the moment
            throw new IOException(
                    ("The state of the interrupted run in '%s' can't be read (%s); make it"
                                    + " readable, or remove it to start over")
                            .formatted(folder, Failures.reason(e)),
                    e);
        }
    }

    /** Chooses the products of the interrupted run, with which it ends as it would have. */
    private void resumeWith(Matmul recorded) {
        Matmul opened = model.matmul();
        model.resumeMatmul(recorded);
        if (!model.matmul().equals(opened)) {
            listener.onNote(
                    "The run computes matrix products by %s, as it did before, and not by %s"
                            .formatted(recorded, opened));
        }
    }

    /** Trains an epoch and returns the mean loss of its examples, or of its tokens. */
    private double train(Trainer trainer, TrainingStep training, int epoch) {
        NDManager manager = trainer.getManager();
        // Dropout draws from the engine; a run that resumes must draw what it would have drawn.
        manager.getEngine()
                .setRandomSeed(Long.hashCode(options.get(TrainingSettings.SEED) * 31 + epoch));
        double sum = 0;
        long weight = 0;
        int step = 0;
        try (Prefetch batches = new Prefetch(train.getData(manager, epoch - 1))) {
            while (batches.hasNext()) {
                step++;
                TrainingStep.Gradients done = step(trainer, training, batches, epoch, step);
                sum += done.loss() * done.weight();
                weight += done.weight();
                listener.onStep(epoch, step, done.loss());
            }
        }
        return sum / weight;
    }

    private TrainingStep.Gradients step(
            Trainer trainer, TrainingStep training, Iterator<Batch> batches, int epoch, int step) {
        String where = "step %d of epoch %d".formatted(step, epoch);
        TrainingStep.Gradients gradients =
                training.computeGradients(
                        trainer, batches, options.get(TrainingSettings.ACCUMULATE));
        requireFinite("loss", gradients.loss(), where);
        requireFinite("gradient", gradients.norm(), where);
        // module dropout leaves other adapters without gradients in every step
        if (epoch == 1 && step == 1 && adapter.config().moduleDropout() == 0) {
            noteIdleModules();
        }
        training.update(gradients);
        return gradients;
    }

    private Map<String, Double> measure(TrainingStep step, int epoch) throws IOException {
        try {
            return measured();
        } catch (ArithmeticException | EngineException e) {
            if (e instanceof EngineException && step.isFinite()) {
                throw e;
            }
            throw diverged("The model's outputs are", "after epoch " + epoch, e);
        }
    }

    private Map<String, Double> measured() throws IOException {
        return dev.metrics(
                new EvaluationListener() {
                    @Override
                    public void onExamples(int done, int all) {
                        listener.onMeasure(done, all);
                    }
                });
    }

    /** Tells which adapters can't learn since the task's outputs do not depend on their weights. */
    private void noteIdleModules() {
        List<String> idle =
                adapter.targetModules().entrySet().stream()
                        .filter(module -> AdamW.gradientNorm(parameters(module.getValue())) == 0)
                        .map(module -> module.getKey().path())
                        .toList();
        if (!idle.isEmpty()) {
            listener.onNote(
                    "The adapters of %s get no gradients, since the head does not use these modules"
                            .formatted(String.join(", ", idle)));
        }
    }

    private static Collection<Parameter> parameters(WeightAdapter block) {
        return Stream.concat(
                        block.getParameters().values().stream(),
                        block.sharedParameters().values().stream())
                .toList();
    }

    private void requireFinite(String what, double value, String where) {
        if (!Double.isFinite(value)) {
            throw diverged("The " + what + " is", "in " + where, null);
        }
    }

    private ArithmeticException diverged(String what, String where, RuntimeException cause) {
        String rates =
                run.trainsHead()
                        ? "%s, that of the head %s"
                                .formatted(
                                        PlainNumber.of(run.learningRate()),
                                        PlainNumber.of(run.headLearningRate()))
                        : PlainNumber.of(run.learningRate());
        String left =
                kept == 0
                        ? "No epoch was completed, so nothing is kept"
                        : "The state after epoch %d is kept in '%s'".formatted(kept, folder);
        ArithmeticException exception =
                new ArithmeticException(
                        "%s not finite %s; a learning rate is too high (%s), try a tenth of it. %s"
                                .formatted(what, where, rates, left));
        exception.initCause(cause);
        return exception;
    }
}
