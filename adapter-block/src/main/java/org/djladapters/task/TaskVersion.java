/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDList;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.data.encoding.ExportedTokenizer;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.LogitScore;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.option.AdaptedTexts;

/** The adapters of a task model until others take their places, with their task. */
final class TaskVersion<I, O> implements Versions.Version {

    private final List<Adapter> adapters;
    private final Optional<Task> task;
    private final TaskTranslators translators;

    /** The predictor of all threads; it keeps nothing of a prediction. */
    private final TaskPredictor<I, O> predictor;

    /** The records of the adapters when this task was found. */
    private volatile List<AdapterRecord> records;

    private final AdaptedModel model;

    /** True if the adapter predicts alone, no matter which are active. */
    private final boolean beside;

    private final ModelDirectory directory;
    private final TaskInputs inputs;

    TaskVersion(
            AdaptedModel model,
            boolean beside,
            Class<I> input,
            Class<O> output,
            List<Adapter> adapters)
            throws IOException {
        this.model = model;
        this.beside = beside;
        this.adapters = adapters;
        directory = TaskInputs.directory(model);
        inputs = TaskInputs.of(model);
        records = records(); // before their task is found
        task = Tasks.of(model, adapters);
        translators = new TaskTranslators(task, inputs);
        predictor = new TaskPredictor<>(model, translators.of(input, output), this::pass);
        try {
            predictor.prepare();
        } catch (IOException | RuntimeException e) {
            predictor.close();
            throw e;
        }
    }

    Optional<Task> task() {
        return task;
    }

    TaskTranslators translators() {
        return translators;
    }

    TaskPredictor<I, O> predictor() {
        return predictor;
    }

    /** Tells whether rows of its inputs can be predicted with rows of other adapters. */
    boolean givesRows() {
        return beside && predictor.givesRows();
    }

    /**
     * Returns the adapter of a task model that was opened beside others; none is the base model.
     */
    Optional<Adapter> adapter() {
        return adapters.stream().findFirst();
    }

    private List<AdapterRecord> records() {
        return adapters.stream().map(Adapter::record).toList();
    }

    NDList pass(NDList inputs) {
        if (beside) {
            return alone(inputs);
        }
        try {
            return model.predictions().predict(inputs, this::requireShown);
        } catch (ReplacedException e) {
            return alone(inputs);
        }
    }

    private NDList alone(NDList inputs) {
        return model.predictions()
                .predictAlone(inputs, adapters.stream().findFirst(), this::requireSameTask);
    }

    private void requireShown(List<Adapter> shown) {
        // adapters are compared by identity: another one may have the same name
        if (!shown.equals(adapters)) {
            if (areReplacedBy(shown) && adapters.size() == 1) {
                throw new ReplacedException();
            }
            if (Versions.names(shown).equals(Versions.names(adapters))) {
                throw new IllegalStateException(
                        "The task model was opened for another adapter named %s; open it again"
                                .formatted(Versions.names(adapters)));
            }
            throw new IllegalStateException(
                    ("The task model was opened for %s, but the model uses %s now; activate"
                                    + " what it was opened for, or open another task model")
                            .formatted(Versions.names(adapters), Versions.names(shown)));
        }
        requireSameTask();
    }

    private boolean areReplacedBy(List<Adapter> shown) {
        return shown.equals(adapters.stream().map(Adapter::latest).toList());
    }

    /** Refuses adapters that were swapped or got other labels if their task is another one now. */
    void requireSameTask() {
        List<AdapterRecord> now = records();
        if (now.equals(records)) {
            return;
        }
        try {
            if (Tasks.of(model, adapters).equals(task)) {
                records = now;
                return;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(otherTask() + ": " + e.getMessage(), e);
        }
        throw new IllegalStateException(otherTask());
    }

    private String otherTask() {
        return ("The labels or inputs of %s have changed since the task model was opened; open"
                        + " it again")
                .formatted(Versions.names(adapters));
    }

    /** Refuses a task that is not that of a predictor with a translator of its own. */
    void requireTask(Optional<Task> known) {
        if (!task.equals(known)) {
            throw new IllegalStateException(otherTask());
        }
    }

    /** Returns the names of the adapters, which are still those of the model. */
    List<String> namesUnchanged() {
        List<String> names = adapters.stream().map(Adapter::name).toList();
        List<String> there = model.names();
        requireUnchanged(names.stream().filter(there::contains).map(model::adapter).toList());
        return names;
    }

    void requireUnchanged(List<Adapter> now) {
        for (Adapter adapter : adapters) {
            if (!now.contains(adapter)) {
                throw new IllegalStateException(
                        ("Adapter '%s' was deleted or replaced since the task model was opened;"
                                        + " open it again")
                                .formatted(adapter.name()));
            }
        }
        requireSameTask();
    }

    Optional<MergedServing> serving() throws IOException {
        return task.isPresent()
                ? task.get().serving(directory, model.inputNames())
                : sentences().flatMap(sentences -> sentences.serving(model.inputNames()));
    }

    /** Returns how texts get vectors: as in training, or as the model's files tell. */
    SentenceEncoder sentenceEncoder() throws IOException {
        Optional<SentenceEncoder> learned = learned();
        return learned.isPresent()
                ? learned.get()
                : SentenceEncoder.of(directory, RecordedOptions.NONE);
    }

    /** Returns which texts the adapters embed. */
    AdaptedTexts adaptedTexts() {
        return vectors()
                .map(vectors -> vectors.embedding().adapted())
                .or(() -> EmbeddingTask.merged(directory))
                .orElse(AdaptedTexts.BOTH);
    }

    private Optional<SentenceEncoder> learned() {
        return vectors().map(EmbeddingTask::encoder);
    }

    private Optional<EmbeddingTask> vectors() {
        return task.filter(EmbeddingTask.class::isInstance).map(EmbeddingTask.class::cast);
    }

    /** Returns how texts get vectors, if they do. */
    Optional<SentenceEncoder> sentences() throws IOException {
        if (task.isPresent()) {
            return learned();
        }
        return SentenceSettings.describes(directory)
                ? SentenceEncoder.find(inputs)
                : Optional.empty();
    }

    /**
     * Prepares an export, with the files by which other programs read texts as this task model
     * does.
     */
    Export export(Export.Review asked) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        Optional<SentenceEncoder> sentences = sentences();
        if (sentences.isPresent()) {
            files.putAll(sentences.get().files(directory));
        }
        files.putAll(LogitScore.files(directory));
        Export.Review review =
                folder -> {
                    if (sentences.isPresent()) {
                        sentences.get().settings().copyDense(folder);
                    }
                    describe(folder);
                    asked.accept(folder);
                };
        OptionalInt length = maxLength();
        if (length.isEmpty() || directory.file(TokenizerFile.NAME).isEmpty()) {
            return export(files, review);
        }
        boolean lowerCase = sentences.filter(s -> s.settings().lowerCase()).isPresent();
        ExportedTokenizer tokenizer =
                new ExportedTokenizer(directory, length.getAsInt(), lowerCase);
        files.putAll(tokenizer.files());
        return export(
                files,
                folder -> {
                    tokenizer.requireSame(folder);
                    review.accept(folder);
                });
    }

    /** Refuses a sentence encoder with layers that a TorchScript export has no place for. */
    void requireNoDense() throws IOException {
        Optional<SentenceEncoder> sentences = sentences();
        if (sentences.isPresent() && !sentences.get().settings().dense().isEmpty()) {
            throw new IllegalArgumentException(
                    ("'%s' has dense layers behind its pooling (modules.json), which DJL's own"
                                    + " translator does not compute; write a checkpoint")
                            .formatted(directory.path()));
        }
    }

    private Export export(Map<String, String> files, Export.Review review) {
        return new Export(
                model,
                namesUnchanged(),
                task.flatMap(Task::outputLabels),
                files,
                this::requireUnchanged,
                review);
    }

    /** Writes into the configuration of a merged model what its outputs are. */
    private void describe(Path folder) throws IOException {
        Path file = folder.resolve(OutputLabels.MODEL);
        if (Files.exists(file) && JsonFiles.read(file) instanceof JsonObject config) {
            JsonObject before = config.deepCopy();
            task.ifPresentOrElse(
                    known -> known.describe(config),
                    () -> ScoreActivation.write(config, Optional.empty()));
            if (!config.equals(before)) {
                AtomicFiles.writeString(file, JsonFiles.text(config));
            }
        }
    }

    /** Returns the length to which texts are truncated, see {@link TaskModel#maxLength}. */
    OptionalInt maxLength() throws IOException {
        Optional<MergedServing> served = serving();
        if (served.isPresent()) {
            return served.get().maxLength();
        }
        boolean vectors =
                task.isEmpty()
                        && SentenceEncoder.givesVectors(inputs)
                        && SentenceSettings.onlyDjl(directory).isEmpty();
        return vectors
                ? OptionalInt.of(TextEncoder.maxLength(directory, OptionalInt.empty()))
                : OptionalInt.empty();
    }

    @Override
    public void close() {
        predictor.close();
    }

    /** Thrown when the model uses the adapter that took the place of this one. */
    private static final class ReplacedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        ReplacedException() {
            super(null, null, false, false);
        }
    }
}
