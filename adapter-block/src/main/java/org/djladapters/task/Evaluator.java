/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.metric.EvaluationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures how well an adapter does its task. */
public final class Evaluator {

    private static final Logger logger = LoggerFactory.getLogger(Evaluator.class);

    private static final String NAME = "evaluated";
    private static final int BATCH_SIZE = 64;

    /** A model gives logits for each token of whole texts: 512 tokens times 50,000 are 100 MB. */
    private static final int TEXT_BATCH_SIZE = 4;

    private Evaluator() {}

    /**
     * Loads a fine-tuned adapter, measures it and deletes it from the model again. If the data are
     * for vectors of texts and the adapter was trained for another task, the vectors of the adapted
     * model are measured like those of the model alone, without the adapter's head: that shows what
     * the model has forgotten. Plain text shows the same for a language model.
     *
     * @param model the model that it was trained on
     * @param adapterDirectory where it was saved
     * @param data examples with labels or, for a language model, with responses
     * @return the metrics by name, as {@link Metrics} describes them
     * @throws IOException if the adapter can't be read
     * @throws IllegalArgumentException if the adapter does not fit the model, a label is unknown,
     *     or the data are not of the kind that the adapter was trained on
     */
    public static Map<String, Double> evaluate(
            AdaptedModel model, Path adapterDirectory, LabelledData data) throws IOException {
        return evaluate(model, adapterDirectory, data, new EvaluationListener() {});
    }

    /**
     * Measures a fine-tuned adapter and reports progress and predictions.
     *
     * @param model the model that it was trained on
     * @param adapterDirectory where it was saved
     * @param data examples with labels or, for a language model, with responses
     * @param listener follows the measurement
     * @return the metrics by name, as {@link Metrics} describes them
     * @throws IOException as above
     * @throws IllegalArgumentException as above
     */
    public static Map<String, Double> evaluate(
            AdaptedModel model,
            Path adapterDirectory,
            LabelledData data,
            EvaluationListener listener)
            throws IOException {
        return evaluate(model, adapterDirectory, data, OptionalInt.empty(), listener);
    }

    /**
     * Measures an adapter on plain texts of a length, or as above.
     *
     * @param model the model that it was trained on
     * @param adapterDirectory where it was saved
     * @param data the data that it is measured on
     * @param maxLength the number of tokens after which {@linkplain PromptData#arePlainTexts()
     *     plain texts} are truncated, empty for the default; empty for other data, which are
     *     measured as the adapter was trained
     * @param listener follows the measurement
     * @return the metrics by name, as {@link Metrics} describes them
     * @throws IOException as above
     * @throws IllegalArgumentException as above, or if a length is given for other data
     */
    public static Map<String, Double> evaluate(
            AdaptedModel model,
            Path adapterDirectory,
            LabelledData data,
            OptionalInt maxLength,
            EvaluationListener listener)
            throws IOException {
        return evaluate(model, adapterDirectory, data, maxLength, Optional.empty(), listener);
    }

    /**
     * Measures an adapter, and before that perhaps the model without it, with the same prompts and
     * the same length of texts.
     *
     * @param without follows the measurement without the adapter, if it is to be done
     * @param listener follows that with the adapter
     * @return the metrics with the adapter
     */
    @Internal
    public static Map<String, Double> evaluate(
            AdaptedModel model,
            Path adapterDirectory,
            LabelledData data,
            OptionalInt maxLength,
            Optional<EvaluationListener> without,
            EvaluationListener listener)
            throws IOException {
        if (maxLength.isPresent() && !arePlainTexts(data)) {
            throw new IllegalArgumentException(
                    "'%s' is no plain text, so the length is that of the adapter's training; leave out the maximum length"
                            .formatted(data.source()));
        }
        List<String> active = model.active();
        Adapter adapter = AdapterDirectory.load(model, NAME, adapterDirectory);
        try {
            Task task = task(model, adapter, adapterDirectory, data, maxLength);
            Task.Measure measure = measure(task, model, data);
            if (without.isPresent()) {
                model.activate();
                measure.metrics(without.get());
            }
            model.activate(NAME);
            return measure.metrics(listener);
        } finally {
            model.delete(NAME);
            model.activate(active.toArray(new String[0]));
        }
    }

    private static Task.Measure measure(Task task, AdaptedModel model, LabelledData data)
            throws IOException {
        Task.Measure measure = task.measure(model, data, batchSize(data));
        RetrievalData.search(data).flatMap(RetrievalData::warning).ifPresent(logger::warn);
        return measure;
    }

    private static Task task(
            AdaptedModel model,
            Adapter adapter,
            Path adapterDirectory,
            LabelledData data,
            OptionalInt maxLength)
            throws IOException {
        if (arePlainTexts(data)) {
            return CausalLmTask.ofTexts(model, maxLength); // as without the adapter
        }
        if (!measuresBody(task(adapterDirectory), data)) {
            return Tasks.of(model, adapter, adapterDirectory, data);
        }
        adapter.setHeadless();
        // as the model is measured without the adapter
        return EmbeddingTask.of(model, OptionalInt.empty(), RecordedOptions.NONE);
    }

    private static boolean arePlainTexts(LabelledData data) {
        return data instanceof PromptData prompts && prompts.arePlainTexts();
    }

    private static int batchSize(LabelledData data) {
        return arePlainTexts(data) ? TEXT_BATCH_SIZE : BATCH_SIZE;
    }

    /**
     * Tells whether an adapter that was trained for another task is measured by the vectors that
     * its model gives texts, without its head.
     *
     * @param trained the task that the adapter was {@linkplain #task(Path) trained for}
     * @param data the data that it is measured on
     * @return true if the data are for vectors and the adapter is not
     */
    public static boolean measuresBody(Optional<TaskKind> trained, LabelledData data) {
        boolean vectors = data.task().equals(Optional.of(TaskKind.EMBEDDING));
        return vectors && trained.isPresent() && trained.get() != TaskKind.EMBEDDING;
    }

    /**
     * Returns the kind of task that an adapter was trained for.
     *
     * @param adapterDirectory where it was saved
     * @return the kind of task; empty if there is no record of its training
     * @throws IOException if the record can't be read
     */
    public static Optional<TaskKind> task(Path adapterDirectory) throws IOException {
        return Tasks.recorded(RecordedOptions.read(adapterDirectory)).map(TaskDescriptor::kind);
    }

    /**
     * Measures a model that was trained already, as {@link TaskModel#export} writes it, or a model
     * with the adapters that are active.
     *
     * @param model the model
     * @param data examples with the labels of the model or, for a language model, with responses;
     *     or pairs or queries, for the vectors that the model gives texts; or plain texts
     * @param maxLength the length to which texts are embedded, or plain texts read, in tokens;
     *     empty for what suits the model
     * @param listener follows the measurement
     * @return the metrics by name, as {@link Metrics} describes them
     * @throws IOException if a description of the model is malformed
     * @throws IllegalArgumentException if the model has no outputs that are named, a label is
     *     unknown, or the data are not of the kind that the model predicts
     */
    public static Map<String, Double> evaluate(
            AdaptedModel model,
            LabelledData data,
            OptionalInt maxLength,
            EvaluationListener listener)
            throws IOException {
        Task task;
        if (arePlainTexts(data)) {
            task = CausalLmTask.ofTexts(model, maxLength);
        } else if (data.task().equals(Optional.of(TaskKind.EMBEDDING))) {
            task = EmbeddingTask.of(model, maxLength);
        } else {
            task = Tasks.of(model, data);
        }
        return measure(task, model, data).metrics(listener);
    }
}
