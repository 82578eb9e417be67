/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.option.Option;
import org.djladapters.task.Tasks;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.option.TaskOption;

/** A run of a {@link FineTuner}: from data and model to the saved adapter. */
final class FineTuningRun {

    /** Held by the run that trains: random draws and gradients are the engine's, for all runs. */
    private static final ReentrantLock TURN = new ReentrantLock(true);

    private final FineTuningOptions options;

    FineTuningRun(FineTuningOptions options) {
        this.options = options;
    }

    FineTuningResult run() throws IOException {
        AdapterDirectory.requireSavable(options.output(), options.overwrite());
        PreparedRun prepared = prepare();
        try (StateFolder state = StateFolder.claim(options.output())) {
            // once more, as another run may have ended since
            AdapterDirectory.requireSavable(options.output(), options.overwrite());
            awaitTurn();
            FineTuningResult result;
            try {
                result = train(prepared, state);
            } finally {
                TURN.unlock();
            }
            result.warning(prepared.plan().metric()).ifPresent(options.listener()::onWarning);
            return result;
        }
    }

    private void awaitTurn() throws InterruptedIOException {
        try {
            if (!TURN.tryLock(0, TimeUnit.SECONDS)) {
                options.listener()
                        .onNote(
                                "Waiting for another fine-tuning run in this process, since the"
                                        + " engine can do one at a time");
                TURN.lockInterruptibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException(
                            "The fine-tuning was interrupted while it waited for another one;"
                                    + " nothing was done; run it again");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Finds out what there is to do, and refuses what does not fit; nothing is trained. */
    PreparedRun prepare() throws IOException {
        requireSameLayers();
        TaskKind kind = options.task().or(options.train()::task).orElse(TaskKind.CLASSIFICATION);
        TaskDescriptor asked = Tasks.of(kind);
        TaskOption.requireTaken(kind, asked.options(), options);
        PreparedTask prepared = asked.prepare(options);
        Task task = prepared.task();
        TaskHead head = prepared.head();
        ModelDirectory directory = TaskInputs.directory(options.model());
        TrainingPlan plan = plan(Tasks.of(task.kind()).metric(options.metric(), options.dev()));
        return new PreparedRun(
                options,
                task,
                head,
                head.isTrained(task.outputLabels().orElse(List.of()), directory),
                plan,
                provenance(directory, prepared, plan));
    }

    /** Refuses gradient checkpointing with an adapter that leaves out something at random. */
    private void requireSameLayers() {
        if (options.model().openOptions().gradientCheckpointing()
                && options.config().variesInTraining()) {
            throw new IllegalArgumentException(
                    "Gradient checkpointing runs layers twice and needs the same outputs both"
                            + " times, which dropout changes; leave out one of the two");
        }
    }

    private FineTuningResult train(PreparedRun prepared, StateFolder state) throws IOException {
        Task task = prepared.task();
        TaskHead head = prepared.head();
        Provenance planned = prepared.provenance();
        AdaptedModel model = options.model();
        task.remark(options);
        BatchedDataset train = prepared.batches();
        Task.Measure dev = task.measure(model, options.dev(), options.evaluationBatchSize());
        List<String> active = model.active();
        Matmul matmul = model.matmul();
        model.model().getNDManager().getEngine().setRandomSeed(Long.hashCode(options.seed()));
        Adapter adapter = head.addTo(model, options.name(), options.config());
        adapter.warnings().forEach(options.listener()::onWarning);
        adapter.hint().ifPresent(options.listener()::onNote);
        try {
            requireParameters(adapter);
            model.activate(options.name());
            head.newBias(adapter)
                    .ifPresent(bias -> model.update(() -> task.initialize(bias, options.train())));
            TrainingLoop loop =
                    new TrainingLoop(model, adapter, prepared, train, dev, options.listener());
            TrainingLoop.Storage storage =
                    new TrainingLoop.Storage(state.path(), planned.run(), options.resume());
            TrainingState.Progress reached = loop.run(head::owns, storage);
            Provenance trained = planned.withOption("matmul", model.matmul());
            for (Map.Entry<String, ?> found : task.measured(options.dev()).entrySet()) {
                trained = trained.withOption(found.getKey(), found.getValue());
            }
            Provenance provenance =
                    trained.withResult(
                            reached.startMetrics(),
                            reached.bestMetrics(),
                            reached.bestEpoch(),
                            reached.seconds());
            FineTuningResult result = result(adapter, reached, provenance);
            save(task, result.provenance());
            state.delete();
            return result;
        } catch (IOException | RuntimeException e) {
            model.delete(options.name());
            model.activate(active.toArray(new String[0]));
            restore(matmul);
            throw e;
        }
    }

    private void restore(Matmul matmul) {
        try {
            options.model().resumeMatmul(matmul);
        } catch (IllegalArgumentException e) {
            // somebody has chosen another one during the run
        }
    }

    private TrainingPlan plan(String metric) {
        float rate =
                options.settings()
                        .find(TrainingSettings.LEARNING_RATE)
                        .map(Double::floatValue)
                        .orElseGet(
                                () ->
                                        DefaultLearningRates.of(
                                                options.config(), options.model().spec()));
        return new TrainingPlan(options.settings(), rate, metric);
    }

    private Provenance provenance(
            ModelDirectory directory, PreparedTask prepared, TrainingPlan plan) throws IOException {
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
                .addOption("metric", plan.metric())
                .addOption("epochs", plan.get(TrainingSettings.EPOCHS))
                .addOption("learning_rate", plan.learningRate());
        if (task.trainsHead()) {
            provenance.addOption("head_learning_rate", plan.headLearningRate());
        }
        record(
                provenance,
                TrainingSettings.BATCH_SIZE,
                TrainingSettings.EVALUATION_BATCH_SIZE,
                TrainingSettings.WARM_UP,
                TrainingSettings.WEIGHT_DECAY,
                TrainingSettings.CLIP);
        if (task.trainsHead()) {
            provenance.addOption(
                    "pooling",
                    head.config() == null ? prepared.pooling() : head.config().pooling());
        }
        if (head.started().isPresent()) {
            provenance.addOption("new_head", true);
        }
        // The way of the products is none of these: it may differ from process to process, and a
        // run that is resumed keeps its own. Their precision is, as it changes the result.
        if (options.model().matmul().precision() != Precision.FLOAT32) {
            provenance.addOption("precision", options.model().matmul().precision());
        }
        if (plan.get(TrainingSettings.ACCUMULATE) > 1) {
            record(provenance, TrainingSettings.ACCUMULATE);
        }
        OpenOptions opened = options.model().openOptions();
        if (opened.dataType() != DataType.FLOAT32) {
            provenance.addOption("dtype", opened.dataType().toString().toLowerCase(Locale.ROOT));
        }
        if (opened.dropout()) {
            provenance.addOption("dropout", true);
        }
        return provenance.build();
    }

    private static void addData(Provenance.Builder provenance, String role, LabelledData data) {
        provenance.addData(role, data.source(), data.sha256(), data.size());
    }

    private void record(Provenance.Builder provenance, Option<?>... recorded) {
        for (Option<?> option : recorded) {
            provenance.addOption(option.name(), options.get(option));
        }
    }

    /** Refuses what would train nothing, as a task without a new head allows. */
    private static void requireParameters(Adapter adapter) {
        if (adapter.size() == 0) {
            throw new IllegalArgumentException(
                    ("The method '%s' has no trainable parameters, since this task needs no new"
                                    + " head; choose another method, or modules to save")
                            .formatted(adapter.config().method()));
        }
    }

    private FineTuningResult result(
            Adapter adapter, TrainingState.Progress reached, Provenance provenance) {
        return new FineTuningResult(
                reached.startMetrics(),
                reached.bestMetrics(),
                reached.bestEpoch(),
                adapter.size(),
                adapter.adapterSize(),
                reached.seconds(),
                options.output(),
                provenance);
    }

    private void save(Task task, Provenance provenance) throws IOException {
        // somebody may have written there while this run was training
        AdapterDirectory.requireSavable(options.output(), options.overwrite());
        Adapter adapter = options.model().adapter(options.name());
        adapter.setRecord(
                new AdapterRecord(
                        task.outputLabels(),
                        Optional.empty(),
                        provenance.options(),
                        Optional.of(provenance.toJson())));
        AdapterDirectory.save(
                options.model(),
                options.name(),
                options.output(),
                AdapterDirectory.Layout.PACKED,
                AdapterDirectory.texts(adapter));
    }
}
