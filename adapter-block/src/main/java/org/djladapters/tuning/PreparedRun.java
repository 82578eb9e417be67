/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.training.Trainer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TeacherOutputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.matmul.Precision;
import org.djladapters.option.Option;
import org.djladapters.task.Tasks;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.teacher.Teacher;

/**
 * The first step of a fine-tuning: model, data and options that were found to fit each other, and
 * the record of the run. {@link FineTuningRun} goes on with it.
 *
 * @param startCounts whether epoch 0, the model before training, is measured and may be the best
 * @param learningRate that of the adapter: the chosen one, or the default of its method
 * @param headLearningRate that of the head: the chosen one, or the default
 * @param metric the name of the metric that decides which epoch is best
 * @param provenance the record, without results; {@link Provenance#run} tells runs apart
 */
@Internal
public record PreparedRun(
        FineTuningOptions options,
        Task task,
        TaskHead head,
        boolean startCounts,
        float learningRate,
        float headLearningRate,
        String metric,
        Provenance provenance) {

    /** Finds out what there is to do, and refuses what does not fit; nothing is trained. */
    static PreparedRun of(FineTuningOptions options) throws IOException {
        requireSameLayers(options);
        requireOneLength(options);
        requireWarmUp(options);
        Replicas.requireSupported(options);
        TaskKind kind = options.task().or(options.train()::task).orElse(TaskKind.CLASSIFICATION);
        TaskDescriptor asked = Tasks.of(kind);
        TaskOption.requireTaken(kind, asked.options(), options);
        PreparedTask prepared = taught(asked.prepare(options), options);
        Task task = prepared.task();
        ModelDirectory directory = TaskInputs.directory(options.model());
        String metric = Tasks.of(task.kind()).metric(options.metric(), options.dev());
        float rate = learningRate(options);
        float headRate = headLearningRate(options, prepared.head());
        requireDecay(options, Math.max(rate, headRate));
        return new PreparedRun(
                options,
                task,
                prepared.head(),
                prepared.head().isTrained(task.outputLabels().orElse(List.of()), directory),
                rate,
                headRate,
                metric,
                provenance(options, directory, prepared, metric, rate, headRate));
    }

    private static PreparedTask taught(PreparedTask prepared, FineTuningOptions options) {
        return options.teacher()
                .map(
                        teacher ->
                                new PreparedTask(
                                        Teacher.student(prepared.task(), options, teacher),
                                        prepared.head(),
                                        prepared.pooling()))
                .orElse(prepared);
    }

    /** Refuses gradient checkpointing with an adapter that leaves out something at random. */
    private static void requireSameLayers(FineTuningOptions options) {
        if (options.model().openOptions().gradientCheckpointing()
                && options.config().variesInTraining()) {
            throw new IllegalArgumentException(
                    "Gradient checkpointing runs layers twice and needs the same outputs both"
                            + " times, which dropout changes; leave out one of the two");
        }
    }

    private static void requireOneLength(FineTuningOptions options) {
        Map<Option<?>, Object> chosen = options.settings().chosen();
        if (chosen.containsKey(TrainingSettings.MAX_STEPS)
                && chosen.containsKey(TrainingSettings.EPOCHS)) {
            throw new IllegalArgumentException(
                    ("The length of the run is given by both a number of epochs (%d) and of steps"
                                    + " (%d); leave one out")
                            .formatted(
                                    options.get(TrainingSettings.EPOCHS),
                                    options.get(TrainingSettings.MAX_STEPS)));
        }
    }

    private static void requireWarmUp(FineTuningOptions options) {
        Map<Option<?>, Object> chosen = options.settings().chosen();
        String share =
                chosen.containsKey(TrainingSettings.WARM_UP)
                        ? PlainNumber.of(options.get(TrainingSettings.WARM_UP))
                        : null;
        Object steps = chosen.get(TrainingSettings.WARM_UP_STEPS);
        if (share != null && steps != null) {
            throw new IllegalArgumentException(
                    "The warm-up is given by both a share (%s) and a number of steps (%s); leave one out"
                            .formatted(share, steps));
        }
        Scheduler scheduler = options.get(TrainingSettings.SCHEDULER);
        if (!scheduler.warmsUp() && (share != null || steps != null)) {
            throw new IllegalArgumentException(
                    "The scheduler %s has no warm-up, but one of %s was chosen; use %s, or leave it out"
                            .formatted(
                                    scheduler,
                                    share == null ? steps + " steps" : share,
                                    Scheduler.CONSTANT_WITH_WARMUP));
        }
    }

    private static float learningRate(FineTuningOptions options) {
        return options.settings()
                .find(TrainingSettings.LEARNING_RATE)
                .map(Double::floatValue)
                .orElseGet(
                        () ->
                                LearningRates.defaultOf(
                                        options.config(),
                                        options.model().spec(),
                                        TrainingPlan.stepsExpected(options)));
    }

    private static float headLearningRate(FineTuningOptions options, TaskHead head) {
        return options.settings()
                .find(TrainingSettings.HEAD_LEARNING_RATE)
                .map(Double::floatValue)
                .orElseGet(() -> LearningRates.ofHead(head, options.train()));
    }

    /** Refuses a weight decay that is too large together with the highest learning rate. */
    private static void requireDecay(FineTuningOptions options, float rate) {
        float weightDecay = options.number(TrainingSettings.WEIGHT_DECAY);
        if ((double) rate * weightDecay > AdamW.LARGEST_RATE) {
            throw new IllegalArgumentException(
                    ("A weight decay of %s at a learning rate of %s exceeds the range of"
                                    + " float32; use a smaller one")
                            .formatted(PlainNumber.of(weightDecay), PlainNumber.of(rate)));
        }
    }

    private static Provenance provenance(
            FineTuningOptions options,
            ModelDirectory directory,
            PreparedTask prepared,
            String metric,
            float learningRate,
            float headLearningRate)
            throws IOException {
        Task task = prepared.task();
        TaskHead head = prepared.head();
        // The order of the options is part of the fingerprint by which a run is resumed.
        Provenance.Builder provenance = Provenance.builder();
        task.options().forEach(provenance::addOption);
        if (!options.augmentations().isEmpty()) {
            provenance.addOption("augment", TaskOption.augmentations(options));
        }
        options.devSplit().ifPresent(split -> provenance.addOption("dev_split", split));
        addData(provenance, "train", options.train());
        addData(provenance, "dev", options.dev());
        provenance
                .setBase(directory)
                .setSeed(options.seed())
                .addOption("method", options.config().method())
                .addOption("adapter", options.config())
                .addOption(RecordedOptions.KIND, task.kind())
                .addOption("metric", metric)
                .addOption("epochs", options.get(TrainingSettings.EPOCHS))
                .addOption("learning_rate", learningRate);
        if (task.trainsHead()) {
            provenance.addOption("head_learning_rate", headLearningRate);
        }
        record(
                provenance,
                options,
                TrainingSettings.BATCH_SIZE,
                TrainingSettings.EVALUATION_BATCH_SIZE,
                TrainingSettings.WARM_UP,
                TrainingSettings.WEIGHT_DECAY,
                TrainingSettings.MAX_GRAD_NORM);
        if (task.trainsHead()) {
            provenance.addOption(
                    "pooling",
                    head.config() == null ? prepared.pooling() : head.config().pooling());
        }
        if (head.started().isPresent()) {
            provenance.addOption("new_head", true);
        }
        // The way of the products is none of these: it may differ from process to process, and a
        // run that is resumed keeps its own. The precision is, as it changes the result.
        provenance.addOption(
                RecordedOptions.PRECISION, Precision.nameOf(options.model().precision()));
        if (options.get(TrainingSettings.ACCUMULATE) > 1) {
            record(provenance, options, TrainingSettings.ACCUMULATE);
        }
        if (options.model().openOptions().dropout()) {
            provenance.addOption("dropout", true);
        }
        recordChosen(
                provenance,
                options,
                TrainingSettings.SCHEDULER,
                TrainingSettings.MAX_STEPS,
                TrainingSettings.EVAL_STEPS,
                TrainingSettings.EARLY_STOPPING,
                TrainingSettings.WARM_UP_STEPS);
        if (options.teacher().isPresent()) {
            Teacher.of(options.teacher().get()).options().forEach(provenance::addOption);
        }
        options.guard()
                .ifPresent(
                        guard -> {
                            addData(provenance, "guard", guard.search());
                            provenance.addOption("guard_tolerance", guard.tolerance());
                        });
        return provenance.build();
    }

    private static void addData(Provenance.Builder provenance, String role, LabelledData data) {
        provenance.addData(role, data.source(), data.sha256(), data.size());
    }

    private static void record(
            Provenance.Builder provenance, FineTuningOptions options, Option<?>... recorded) {
        for (Option<?> option : recorded) {
            provenance.addOption(option.name(), options.get(option));
        }
    }

    private static void recordChosen(
            Provenance.Builder provenance, FineTuningOptions options, Option<?>... recorded) {
        for (Option<?> option : recorded) {
            if (options.settings().chosen().containsKey(option)) {
                record(provenance, options, option);
            }
        }
    }

    /** Tells whether the run trains a head, as tasks other than embeddings and generation do. */
    public boolean trainsHead() {
        return task.trainsHead();
    }

    /** Measures the model as it is, with the adapters that are active, for the task of the run. */
    public Map<String, Double> measure(LabelledData data, EvaluationListener listener)
            throws IOException {
        return measure(data).metrics(listener);
    }

    /** Prepares measuring the model on data. */
    Task.Measure measure(LabelledData data) throws IOException {
        return task.measure(options.model(), data, options.evaluationBatchSize());
    }

    /** Returns the search of embeddings in the development data; empty if they are none. */
    Optional<RetrievalData> searched() {
        return task.kind() == TaskKind.EMBEDDING
                ? RetrievalData.search(options.dev())
                : Optional.empty();
    }

    /** Returns the search of the guard, which has the same metrics; empty without one. */
    Optional<RetrievalData> guarded() {
        return options.guard()
                .map(
                        guard ->
                                guard.search()
                                        .measuredAt(
                                                searched()
                                                        .map(RetrievalData::depths)
                                                        .orElse(List.of())));
    }

    /** Returns the training data in batches, in the order that the seed decides. */
    public BatchedDataset batches() throws IOException {
        return batches(Optional.empty());
    }

    /** Returns the same with what the teacher of the run says, if it has one. */
    BatchedDataset batches(Optional<TeacherOutputs> teacher) throws IOException {
        return task.dataset(
                options.model(),
                options.train(),
                new Batching(
                        options.batchSize(),
                        OptionalLong.of(options.seed()),
                        options.augmentations(),
                        teacher));
    }

    /** Adds an adapter to the model, with the head of the run's task. */
    public Adapter addAdapter(String name, AdapterConfig config) {
        return head.addTo(options.model(), name, config);
    }

    /** Creates a trainer with the loss of the run's task, which the caller closes. */
    public Trainer newTrainer() {
        return TrainingStep.newTrainer(options.model(), task.loss());
    }
}
