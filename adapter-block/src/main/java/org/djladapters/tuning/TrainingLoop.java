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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.io.Failures;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.report.RunReports;
import org.djladapters.tuning.report.StepReport;

/**
 * The third step of a fine-tuning: trains the adapter of a {@link FineTuningRun} as a {@link
 * TrainingPlan} says, with {@link TrainingStep}, and keeps the best one.
 */
final class TrainingLoop {

    private final PreparedRun run;
    private final FineTuningOptions options;
    private final AdaptedModel model;
    private final Adapter adapter;
    private final BatchedDataset train;
    private final Evaluations evaluations;
    private final ProgressListener listener;
    private final Path folder;
    private final TrainingPlan plan;
    private final Tracker bodyRate;

    /** The last evaluation of which the state is kept, in words; null if there is none. */
    private String kept;

    /** Begins with the adapter as it is; the state is written to a folder at each evaluation. */
    TrainingLoop(
            PreparedRun run,
            Adapter adapter,
            BatchedDataset train,
            Evaluations evaluations,
            Path folder) {
        this.run = run;
        this.adapter = adapter;
        this.train = train;
        this.evaluations = evaluations;
        this.folder = folder;
        options = run.options();
        model = options.model();
        listener = options.listener();
        plan = TrainingPlan.of(options, train);
        bodyRate = rate(run.learningRate());
    }

    /**
     * Trains, resuming from a stored state if there is one, and refuses loss, gradients or outputs
     * that are not finite. The adapter has the parameters of the best evaluation then.
     */
    Outcome run() throws IOException {
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Trainer trainer = run.newTrainer()) {
            float weightDecay = options.number(TrainingSettings.WEIGHT_DECAY);
            AdamW optimizer = new AdamW(adapter.parameters(), rates(), weightDecay, scope);
            double maxGradNorm = options.get(TrainingSettings.MAX_GRAD_NORM);
            TrainingStep step = TrainingStep.of(model, optimizer, maxGradNorm, run.task());
            TrainingState state = new TrainingState(adapter.parameters(), optimizer, scope);
            Replicas replicas = new Replicas(options.group(), model, adapter, optimizer);
            replicas.requireSameRun(run.provenance().run());
            replicas.shareFile(TrainingState.file(folder));
            resume(state, scope);
            replicas.begin(trainer);
            try (RunReports reports = reports(state)) {
                new Passes(trainer, step, state, replicas, reports).run();
            }
            model.update(state::restoreBest);
            return new Outcome(state.progress(), state.startQueries(), state.bestQueries());
        }
    }

    /** How far a run went, and what was found for every query before and after. */
    record Outcome(TrainingState.Progress reached, QueryColumns before, QueryColumns after) {

        /**
         * Compares a search before and after.
         *
         * @param columns finds its columns
         * @return the change; empty if there is no such search, or a run that an earlier version
         *     began did not keep what it found
         */
        Optional<SearchChange> change(
                Optional<RetrievalData> search,
                Function<QueryColumns, Map<String, double[]>> columns) {
            Map<String, double[]> first = columns.apply(before);
            Map<String, double[]> last = columns.apply(after);
            return first.isEmpty() || last.isEmpty()
                    ? Optional.empty()
                    : search.map(data -> new SearchChange(data, first, last));
        }
    }

    private RunReports reports(TrainingState state) throws IOException {
        return RunReports.open(
                options.output(),
                options.get(TrainingSettings.REPORT),
                state.progress().steps(),
                listener::onWarning);
    }

    /** Returns the learning rates by parameter and step: those of a new head are its own. */
    private ParameterTracker rates() {
        Tracker head = rate(run.headLearningRate());
        return LearningRates.byParameter(bodyRate, head, run.head()::owns, rateFactors());
    }

    private Tracker rate(float peak) {
        Scheduler scheduler = options.get(TrainingSettings.SCHEDULER);
        OptionalInt rising = options.settings().findInt(TrainingSettings.WARM_UP_STEPS);
        return rising.isPresent()
                ? scheduler.ratesRisingFor(rising.getAsInt(), peak, plan.steps())
                : scheduler.rates(peak, plan.steps(), options.get(TrainingSettings.WARM_UP));
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
                kept = reached(state.progress());
                resumeWith(state.matmul());
                listener.onNote("Resuming after " + reached(state.progress()));
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

    private static String reached(TrainingState.Progress progress) {
        return progress.step() == 0
                ? place(progress.epoch(), 0)
                : place(progress.epoch() + 1, progress.step());
    }

    /**
     * Names a place in the run.
     *
     * @param step the step of the epoch; 0 for its end
     */
    private static String place(int epoch, int step) {
        return step == 0
                ? "epoch %d".formatted(epoch)
                : "step %d of epoch %d".formatted(step, epoch);
    }

    /** The passes over the data, with what they share. */
    private final class Passes {

        private final Trainer trainer;
        private final TrainingStep training;
        private final TrainingState state;
        private final Replicas replicas;
        private final RunReports reports;
        private final double secondsBefore;
        private final long start = System.nanoTime();

        /** The number of steps of the epoch that is trained. */
        private int steps;

        Passes(
                Trainer trainer,
                TrainingStep training,
                TrainingState state,
                Replicas replicas,
                RunReports reports) {
            this.trainer = trainer;
            this.training = training;
            this.state = state;
            this.replicas = replicas;
            this.reports = reports;
            secondsBefore = state.progress().seconds();
        }

        void run() throws IOException {
            listener.onExamples(train.size());
            listener.onStart(plan.stepsOf(1), plan.epochs());
            if (run.startCounts() && state.progress().steps() == 0) {
                state.start(replicas.agreed(evaluations.measure()));
                listener.onUntrained(state.progress().startMetrics());
                reports.evaluation(0, 0, state.progress().startMetrics());
            }
            while (!plan.isOver(state.progress())) {
                train(state.progress().epoch() + 1);
            }
            if (plan.isStoppedEarly(state.progress())) {
                listener.onNote(
                        "Stopped early after %s: %d evaluations were no better than the best"
                                .formatted(
                                        reached(state.progress()), state.progress().sinceBest()));
            }
        }

        /** Trains an epoch, or what is left of it, with the evaluations in it and at its end. */
        private void train(int epoch) throws IOException {
            int step = state.progress().step();
            double loss = state.progress().loss();
            double weight = state.progress().weight();
            // where a task prepares epochs, a run is resumed at their ends alone
            if (step == 0) {
                run.task().beginEpoch(model, train);
            }
            steps = plan.stepsOf(epoch);
            int all = train.batchCount(epoch - 1);
            seed(epoch, step);
            NDManager manager = trainer.getManager();
            int skipped = step * plan.accumulate();
            try (Prefetch batches =
                    new Prefetch(
                            train.getData(
                                    manager,
                                    epoch - 1,
                                    position -> position >= skipped && plan.isOwn(position)))) {
                while (step < steps) {
                    step++;
                    int own = plan.ownBatches(step, all);
                    TrainingStep.Gradients done = step(batches, own, epoch, step);
                    loss += done.loss() * done.weight();
                    weight += done.weight();
                    listener.onStep(epoch, step, done.loss());
                    if (plan.isEvaluatedAfter(training.steps()) && step < steps) {
                        measure(new TrainingState.Place(epoch, step, loss, weight));
                        if (plan.isOver(state.progress())) {
                            return;
                        }
                        seed(epoch, step);
                    }
                }
            }
            measure(new TrainingState.Place(epoch, 0, loss, weight));
        }

        /** Dropout draws from the engine; a run that resumes must draw what it would have drawn. */
        private void seed(int epoch, int step) {
            long place = options.get(TrainingSettings.SEED) * 31 + epoch + ((long) step << 32);
            // processes must not leave out the same of different examples
            long seed = place + 31L * 31 * options.group().rank();
            trainer.getManager().getEngine().setRandomSeed(Long.hashCode(seed));
        }

        private TrainingStep.Gradients step(Iterator<Batch> batches, int own, int epoch, int step)
                throws IOException {
            String where = place(epoch, step);
            TrainingStep.Gradients gradients =
                    replicas.sum(training.computeGradients(trainer, batches, own));
            requireFinite("loss", gradients.loss(), where);
            requireFinite("gradient", gradients.norm(), where);
            // module dropout leaves other adapters without gradients in every step
            if (epoch == 1 && step == 1 && adapter.config().moduleDropout() == 0) {
                noteIdleModules();
            }
            training.update(gradients);
            reports.step(
                    new StepReport(
                            training.steps(),
                            passes(epoch, step),
                            gradients.loss(),
                            bodyRate.getNewValue(training.steps()),
                            gradients.norm()));
            return gradients;
        }

        private double passes(int epoch, int step) {
            return epoch - 1 + (double) step / steps;
        }

        /** Measures the model, and keeps its state. */
        private void measure(TrainingState.Place at) throws IOException {
            boolean ends = at.step() == 0;
            replicas.requireEqual(place(at.epoch(), at.step()));
            Evaluations.Evaluation found = replicas.agreed(measuredAt(at));
            Map<String, Double> metrics = found.metrics();
            Optional<String> objection =
                    replicas.agreed(evaluations.objection(state.startQueries(), found.queries()));
            int refused = state.progress().refused();
            double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
            boolean isBest =
                    state.measured(
                            at, found, objection.isEmpty(), run.metric(), seconds, model.matmul());
            state.write(folder, run.provenance());
            kept = reached(state.progress());
            double epochs = ends ? at.epoch() : passes(at.epoch(), at.step());
            reports.evaluation(training.steps(), epochs, metrics);
            if (ends) {
                listener.onEpoch(at.epoch(), at.loss() / at.weight(), metrics, isBest);
            } else {
                listener.onEvaluation(at.epoch(), at.step(), metrics, isBest);
            }
            if (state.progress().refused() > refused) {
                listener.onNote(
                        "What was learned up to %s is better, but is not kept: %s"
                                .formatted(place(at.epoch(), at.step()), objection.orElseThrow()));
            }
        }

        private Evaluations.Evaluation measuredAt(TrainingState.Place at) throws IOException {
            try {
                return evaluations.measure();
            } catch (ArithmeticException | EngineException e) {
                if (e instanceof EngineException && training.isFinite()) {
                    throw e;
                }
                String where = "after " + place(at.epoch(), at.step());
                throw diverged("The model's outputs are", where, e);
            }
        }
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
                kept == null
                        ? "No epoch was completed, so nothing is kept"
                        : "The state after %s is kept in '%s'".formatted(kept, folder);
        ArithmeticException exception =
                new ArithmeticException(
                        "%s not finite %s; a learning rate is too high (%s), try a tenth of it. %s"
                                .formatted(what, where, rates, left));
        exception.initCause(cause);
        return exception;
    }
}
