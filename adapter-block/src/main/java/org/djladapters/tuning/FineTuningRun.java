/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.BatchedDataset;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskHead;

/**
 * The second step of a fine-tuning, after {@link PreparedRun}: adds the adapter, has {@link
 * TrainingLoop} train it, and saves it.
 */
final class FineTuningRun {

    /** Held by the run that trains: random draws and gradients are the engine's, for all runs. */
    private static final ReentrantLock TURN = new ReentrantLock(true);

    private final FineTuningOptions options;

    FineTuningRun(FineTuningOptions options) {
        this.options = options;
    }

    FineTuningResult run() throws IOException {
        AdapterDirectory.requireSavable(options.output(), options.overwrite());
        PreparedRun prepared = PreparedRun.of(options);
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
            result.warning(prepared.metric(), options.guard())
                    .ifPresent(options.listener()::onWarning);
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

    private FineTuningResult train(PreparedRun prepared, StateFolder state) throws IOException {
        Task task = prepared.task();
        TaskHead head = prepared.head();
        AdaptedModel model = options.model();
        task.remark(options);
        BatchedDataset train = prepared.batches(new TeacherCache(prepared).find(state.path()));
        Evaluations evaluations = Evaluations.of(prepared);
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
                    new TrainingLoop(prepared, adapter, train, evaluations, state.path());
            TrainingLoop.Outcome outcome = loop.run();
            TrainingState.Progress reached = outcome.reached();
            Provenance trained = prepared.provenance().withOption("matmul", model.matmul());
            Map<String, ?> measured =
                    task.measured(model, options.dev(), options.evaluationBatchSize());
            for (Map.Entry<String, ?> found : measured.entrySet()) {
                trained = trained.withOption(found.getKey(), found.getValue());
            }
            Provenance provenance =
                    trained.withResult(
                            reached.startMetrics(),
                            reached.bestMetrics(),
                            reached.bestEpoch(),
                            reached.seconds());
            FineTuningResult result = result(prepared, adapter, outcome, provenance);
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
            PreparedRun prepared,
            Adapter adapter,
            TrainingLoop.Outcome outcome,
            Provenance provenance) {
        TrainingState.Progress reached = outcome.reached();
        return new FineTuningResult(
                reached.startMetrics(),
                reached.bestMetrics(),
                reached.bestEpoch(),
                reached.bestStep(),
                adapter.size(),
                adapter.adapterSize(),
                reached.seconds(),
                options.output(),
                provenance,
                outcome.change(prepared.searched(), QueryColumns::dev),
                outcome.change(prepared.guarded(), QueryColumns::guard),
                reached.refused());
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
