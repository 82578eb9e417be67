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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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

/** Trains an adapter epoch by epoch and keeps the best one. */
final class TrainingLoop {

    private final AdaptedModel model;
    private final Adapter adapter;
    private final Task task;
    private final TrainingPlan plan;
    private final boolean startCounts;
    private final BatchedDataset train;
    private final Task.Measure dev;
    private final ProgressListener listener;

    TrainingLoop(
            AdaptedModel model,
            Adapter adapter,
            PreparedRun prepared,
            BatchedDataset train,
            Task.Measure dev,
            ProgressListener listener) {
        this.model = model;
        this.adapter = adapter;
        this.task = prepared.task();
        this.plan = prepared.plan();
        this.startCounts = prepared.startCounts();
        this.train = train;
        this.dev = dev;
        this.listener = listener;
    }

    /** Where the state is written after each epoch, and the run that it belongs to. */
    record Storage(Path folder, String run, boolean resume) {}

    /**
     * Trains, resuming from a stored state if there is one. The adapter has the parameters of the
     * best epoch then.
     *
     * @param isHead tells the names of the head's parameters
     * @throws ArithmeticException if loss, gradients or outputs are not finite
     */
    TrainingState.Progress run(Predicate<String> isHead, Storage storage) throws IOException {
        long start = System.nanoTime();
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Trainer trainer = TrainingStep.newTrainer(model, task.loss())) {
            AdamW optimizer =
                    new AdamW(adapter.parameters(), rates(isHead), plan.weightDecay(), scope);
            TrainingStep step =
                    TrainingStep.of(model, optimizer, plan.get(TrainingSettings.CLIP), task);
            TrainingState state = new TrainingState(adapter.parameters(), optimizer, scope);
            resume(state, storage, scope);
            double before = state.progress().seconds();
            listener.onExamples(train.size());
            int epochs = plan.get(TrainingSettings.EPOCHS);
            listener.onStart(plan.steps(train.batchCount()), epochs);
            if (startCounts && state.progress().epoch() == 0) {
                state.start(dev.metrics(measured()));
                listener.onUntrained(state.progress().startMetrics());
            }
            for (int epoch = state.progress().epoch() + 1; epoch <= epochs; epoch++) {
                String kept = kept(state, storage);
                double loss = train(trainer, step, epoch, kept);
                Map<String, Double> metrics = measure(step, epoch, kept);
                double seconds = before + (System.nanoTime() - start) / 1e9;
                boolean isBest =
                        state.complete(epoch, metrics, plan.metric(), seconds, model.matmul());
                state.write(storage.folder(), storage.run());
                listener.onEpoch(epoch, loss, metrics, isBest);
            }
            model.update(state::restoreBest);
            return state.progress();
        }
    }

    private ParameterTracker rates(Predicate<String> isHead) {
        int steps = steps();
        double warmUp = plan.get(TrainingSettings.WARM_UP);
        ParameterTracker groups =
                GroupTracker.of(
                        LearningRates.warmUpThenDecay(plan.learningRate(), steps, warmUp),
                        LearningRates.warmUpThenDecay(plan.headLearningRate(), steps, warmUp),
                        isHead);
        Map<String, Float> factors = rateFactors();
        return (name, step) -> groups.getNewValue(name, step) * factors.getOrDefault(name, 1f);
    }

    /** The factors of the learning rate by parameter. */
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

    private int steps() {
        int epochs = plan.get(TrainingSettings.EPOCHS);
        if ((long) train.batchCount() * epochs >= Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%d epochs of %d steps are more steps than can be counted; use fewer epochs"
                            .formatted(epochs, train.batchCount()));
        }
        return IntStream.range(0, epochs)
                .map(epoch -> plan.steps(train.batchCount(epoch)))
                .reduce(0, Math::addExact);
    }

    private void resume(TrainingState state, Storage storage, NDManager scope) throws IOException {
        if (!TrainingState.isIn(storage.folder())) {
            return;
        }
        String fresh = "; the run starts over and replaces it";
        if (!storage.resume()) {
            listener.onNote("'%s' is not used%s".formatted(storage.folder(), fresh));
            return;
        }
        try {
            if (state.read(storage.folder(), storage.run(), plan.metric(), scope, model::update)) {
                resumeWith(state.matmul());
                listener.onNote("Resuming after epoch " + state.progress().epoch());
            } else {
                listener.onNote(
                        "'%s' holds a run with other options or data%s"
                                .formatted(storage.folder(), fresh));
            }
        } catch (MalformedFileException e) {
            listener.onNote(e.getMessage() + fresh);
        } catch (IOException e) {
            // it may be whole, and must not be lost since it can't be read at the moment
            throw new IOException(
                    ("The state of the interrupted run in '%s' can't be read (%s); make it"
                                    + " readable, or remove it to start over")
                            .formatted(storage.folder(), Failures.reason(e)),
                    e);
        }
    }

    /** Other products would round otherwise, and the run would not end as it would have. */
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
    private double train(Trainer trainer, TrainingStep training, int epoch, String kept) {
        NDManager manager = trainer.getManager();
        // Dropout draws from the engine; a run that resumes must draw what it would have drawn.
        manager.getEngine()
                .setRandomSeed(Long.hashCode(plan.get(TrainingSettings.SEED) * 31 + epoch));
        double sum = 0;
        long weight = 0;
        int step = 0;
        try (Prefetch batches = new Prefetch(train.getData(manager, epoch - 1))) {
            while (batches.hasNext()) {
                step++;
                TrainingStep.Gradients done = step(trainer, training, batches, epoch, step, kept);
                sum += done.loss() * done.weight();
                weight += done.weight();
                listener.onStep(epoch, step, done.loss());
            }
        }
        return sum / weight;
    }

    private TrainingStep.Gradients step(
            Trainer trainer,
            TrainingStep training,
            Iterator<Batch> batches,
            int epoch,
            int step,
            String kept) {
        String where = "step %d of epoch %d".formatted(step, epoch);
        TrainingStep.Gradients gradients =
                training.computeGradients(trainer, batches, plan.get(TrainingSettings.ACCUMULATE));
        requireFinite("loss", gradients.loss(), where, kept);
        requireFinite("gradient", gradients.norm(), where, kept);
        // module dropout leaves other adapters without gradients in every step
        if (epoch == 1 && step == 1 && adapter.config().moduleDropout() == 0) {
            noteIdleModules();
        }
        training.update(gradients);
        return gradients;
    }

    private Map<String, Double> measure(TrainingStep step, int epoch, String kept)
            throws IOException {
        try {
            return dev.metrics(measured());
        } catch (ArithmeticException | EngineException e) {
            if (e instanceof EngineException && step.isFinite()) {
                throw e;
            }
            throw diverged("The model's outputs are", "after epoch " + epoch, kept, e);
        }
    }

    private EvaluationListener measured() {
        return new EvaluationListener() {
            @Override
            public void onExamples(int done, int all) {
                listener.onMeasure(done, all);
            }
        };
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

    private void requireFinite(String what, double value, String where, String kept) {
        if (!Double.isFinite(value)) {
            throw diverged("The " + what + " is", "in " + where, kept, null);
        }
    }

    private ArithmeticException diverged(
            String what, String where, String kept, RuntimeException cause) {
        ArithmeticException exception =
                new ArithmeticException(
                        "%s not finite %s; a learning rate is too high (%s), try a tenth of it. %s"
                                .formatted(what, where, rates(), kept));
        exception.initCause(cause);
        return exception;
    }

    private String rates() {
        return !task.trainsHead()
                ? PlainNumber.of(plan.learningRate())
                : "%s, that of the head %s"
                        .formatted(
                                PlainNumber.of(plan.learningRate()),
                                PlainNumber.of(plan.headLearningRate()));
    }

    private static String kept(TrainingState state, Storage storage) {
        int epoch = state.progress().epoch();
        return epoch == 0
                ? "No epoch was completed, so nothing is kept"
                : "The state after epoch %d is kept in '%s'".formatted(epoch, storage.folder());
    }
}
