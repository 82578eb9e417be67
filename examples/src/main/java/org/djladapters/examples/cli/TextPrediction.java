/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Answer;
import org.djladapters.task.TaskModel;

/**
 * Predicts from texts or pairs and names what is predicted: {@code label} and {@code probability},
 * {@code value}, {@code score}, {@code vector}, {@code entities} or {@code answer}.
 */
final class TextPrediction<I, O> implements AutoCloseable {

    /** Rows that are read ahead, so that batches hold texts of similar length. */
    private static final int AHEAD = 512;

    private static final int BATCH = 32;

    private final TaskModel<I, O> model;
    private final Function<TextRow, I> input;
    private final BiConsumer<O, JsonObject> naming;

    private TextPrediction(
            TaskModel<I, O> model, Function<TextRow, I> input, BiConsumer<O, JsonObject> naming) {
        this.model = model;
        this.input = input;
        this.naming = naming;
    }

    /** Receives predictions in the order of their rows. */
    @FunctionalInterface
    interface Receiver {
        void take(TextRow row, JsonObject prediction) throws IOException;
    }

    /** Tells what a model does with adapters. */
    static Optional<TaskKind> kind(AdaptedModel model, String... adapters) throws IOException {
        try (TaskModel<NDList, NDList> task =
                TaskModel.of(model, NDList.class, NDList.class, adapters)) {
            return task.kind();
        }
    }

    /**
     * Opens what a model does with adapters.
     *
     * @param pairs whether its inputs are pairs
     * @param topK the number of classes that are named with their probabilities; 0 for the best
     * @throws IllegalArgumentException if the task does not predict from such inputs
     */
    static TextPrediction<?, ?> open(
            AdaptedModel model, boolean pairs, int topK, String... adapters) throws IOException {
        TaskKind kind = kind(model, adapters).orElse(TaskKind.EMBEDDING);
        requireInputs(kind, pairs);
        if (topK > 0 && kind != TaskKind.CLASSIFICATION) {
            throw new IllegalArgumentException(
                    "--top-k is for classes, but the model is for %s; leave it out"
                            .formatted(kind.noun()));
        }
        return switch (kind) {
            case CLASSIFICATION ->
                    open(
                            model,
                            pairs,
                            Classifications.class,
                            (result, row) -> nameClasses(result, topK, row),
                            adapters);
            case REGRESSION ->
                    open(
                            model,
                            pairs,
                            Float.class,
                            (value, row) -> row.addProperty("value", value),
                            adapters);
            case RERANKING ->
                    open(
                            model,
                            true,
                            Float.class,
                            (value, row) -> row.addProperty("score", value),
                            adapters);
            case EMBEDDING ->
                    open(model, false, float[].class, TextPrediction::nameVector, adapters);
            case TOKEN_CLASSIFICATION ->
                    open(model, false, NamedEntity[].class, TextPrediction::nameEntities, adapters);
            case QUESTION_ANSWERING ->
                    new TextPrediction<>(
                            TaskModel.of(model, QAInput.class, Answer.class, adapters),
                            row -> new QAInput(row.text(), row.pair().orElseThrow()),
                            TextPrediction::nameAnswer);
            case CAUSAL_LM ->
                    throw new IllegalArgumentException(
                            "The model is a causal language model, which continues texts and"
                                    + " predicts nothing of them; use the command generate, or"
                                    + " TextGenerator in Java");
        };
    }

    private static <O> TextPrediction<?, O> open(
            AdaptedModel model,
            boolean pairs,
            Class<O> output,
            BiConsumer<O, JsonObject> naming,
            String... adapters)
            throws IOException {
        return pairs
                ? new TextPrediction<>(
                        TaskModel.of(model, StringPair.class, output, adapters),
                        row -> new StringPair(row.text(), row.pair().orElseThrow()),
                        naming)
                : new TextPrediction<>(
                        TaskModel.of(model, String.class, output, adapters), TextRow::text, naming);
    }

    private static void requireInputs(TaskKind kind, boolean pairs) {
        boolean needsPairs = kind == TaskKind.RERANKING || kind == TaskKind.QUESTION_ANSWERING;
        boolean needsTexts = kind == TaskKind.EMBEDDING || kind == TaskKind.TOKEN_CLASSIFICATION;
        if (needsPairs && !pairs) {
            throw new IllegalArgumentException(
                    kind == TaskKind.RERANKING
                            ? "The model compares a query with a passage; give --text QUERY and"
                                    + " --text-pair PASSAGE, or a file with both columns"
                            : "The model answers a question from a text; give --text QUESTION and"
                                    + " --text-pair TEXT, or a file with both columns");
        }
        if (needsTexts && pairs) {
            throw new IllegalArgumentException(
                    "The model takes single texts, but the input has pairs; leave out --text-pair,"
                            + " or name the column with --text-column");
        }
    }

    /**
     * Predicts from all rows.
     *
     * @param all how many rows there are, for the progress
     * @param interruption ends it
     */
    void run(
            TextRows rows,
            long all,
            Receiver receiver,
            Progress progress,
            Interruption interruption)
            throws IOException {
        List<TextRow> ahead = new ArrayList<>();
        long done = 0;
        progress.onWork("predict", 0, all);
        for (TextRow row = rows.next(); row != null; row = rows.next()) {
            ahead.add(row);
            if (ahead.size() == AHEAD) {
                predict(ahead, done, all, receiver, progress, interruption);
                done += ahead.size();
                ahead.clear();
            }
        }
        predict(ahead, done, all, receiver, progress, interruption);
    }

    private void predict(
            List<TextRow> rows,
            long before,
            long all,
            Receiver receiver,
            Progress progress,
            Interruption interruption)
            throws IOException {
        List<Integer> byLength =
                IntStream.range(0, rows.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> rows.get(i).length()))
                        .toList();
        List<O> predictions = new ArrayList<>(Collections.nCopies(rows.size(), null));
        for (int start = 0; start < rows.size(); start += BATCH) {
            List<Integer> batch = byLength.subList(start, Math.min(rows.size(), start + BATCH));
            List<O> results = predict(batch.stream().map(i -> input.apply(rows.get(i))).toList());
            for (int i = 0; i < batch.size(); i++) {
                predictions.set(batch.get(i), results.get(i));
            }
            progress.onWork("predict", before + start + batch.size(), all);
            interruption.leaveIfAsked();
        }
        progress.clear();
        for (int i = 0; i < rows.size(); i++) {
            JsonObject named = new JsonObject();
            named.addProperty("text", rows.get(i).text());
            rows.get(i).pair().ifPresent(pair -> named.addProperty("text_pair", pair));
            naming.accept(predictions.get(i), named);
            receiver.take(rows.get(i), named);
        }
    }

    private List<O> predict(List<I> items) throws IOException {
        try {
            return model.predict(items);
        } catch (TranslateException e) {
            throw new IOException("The model can't predict: " + e.getMessage(), e);
        }
    }

    private static void nameClasses(Classifications result, int topK, JsonObject row) {
        Classifications.Classification best = result.best();
        row.addProperty("label", best.getClassName());
        row.addProperty("probability", (float) best.getProbability());
        if (topK > 0) {
            JsonObject top = new JsonObject();
            for (Classifications.Classification item :
                    result.<Classifications.Classification>topK(
                            Math.min(topK, result.getClassNames().size()))) {
                top.addProperty(item.getClassName(), (float) item.getProbability());
            }
            row.add("top", top);
        }
    }

    private static void nameVector(float[] vector, JsonObject row) {
        JsonArray numbers = new JsonArray(vector.length);
        for (float number : vector) {
            numbers.add(number);
        }
        row.add("vector", numbers);
    }

    private static void nameEntities(NamedEntity[] entities, JsonObject row) {
        JsonArray list = new JsonArray();
        Arrays.stream(entities).map(TextPrediction::named).forEach(list::add);
        row.add("entities", list);
    }

    private static JsonObject named(NamedEntity entity) {
        JsonObject named = new JsonObject();
        named.addProperty("entity", entity.getEntity());
        named.addProperty("text", entity.getWord());
        named.addProperty("score", entity.getScore());
        named.addProperty("start", entity.getStart());
        named.addProperty("end", entity.getEnd());
        return named;
    }

    private static void nameAnswer(Answer answer, JsonObject row) {
        row.addProperty("answer", answer.text());
        row.addProperty("score", (float) answer.score());
        row.addProperty("start", answer.start());
        row.addProperty("end", answer.end());
    }

    @Override
    public void close() {
        model.close();
    }
}
