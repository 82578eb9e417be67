/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.prediction;

import ai.djl.modality.Classifications;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.util.StringPair;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.djladapters.data.TaskKind;
import org.djladapters.task.answers.Answer;

/**
 * What a kind of task takes and gives, and how its predictions are named: {@code label} and {@code
 * probability}, {@code value}, {@code score}, {@code vector}, {@code entities} or {@code answer}.
 *
 * @param input the type of inputs
 * @param output the type of predictions
 * @param inputOf makes an input of a row
 * @param naming adds a prediction to an object of JSON
 * @param <I> the type of inputs
 * @param <O> the type of predictions
 */
public record TextTask<I, O>(
        Class<I> input,
        Class<O> output,
        Function<TextRow, I> inputOf,
        BiConsumer<O, JsonObject> naming) {

    /**
     * Tells whether a kind of task predicts from single texts, or from pairs of them.
     *
     * @param kind the kind
     * @param pairs whether pairs are meant
     * @return whether it does
     */
    public static boolean takes(TaskKind kind, boolean pairs) {
        return switch (kind) {
            case CLASSIFICATION, REGRESSION -> true;
            case RERANKING, QUESTION_ANSWERING -> pairs;
            case EMBEDDING, TOKEN_CLASSIFICATION -> !pairs;
            case CAUSAL_LM -> false;
        };
    }

    /**
     * Finds what a kind of task takes and gives.
     *
     * @param kind the kind
     * @param pairs whether inputs are pairs, which the kind {@linkplain #takes takes}
     * @param topK the number of classes that are named with their probabilities; 0 for the best
     * @return the task
     * @throws IllegalArgumentException if nothing is predicted from texts
     */
    public static TextTask<?, ?> of(TaskKind kind, boolean pairs, int topK) {
        return switch (kind) {
            case CLASSIFICATION ->
                    of(
                            pairs,
                            Classifications.class,
                            (result, named) -> nameClasses(result, topK, named));
            case REGRESSION ->
                    of(pairs, Float.class, (value, named) -> named.addProperty("value", value));
            case RERANKING ->
                    of(true, Float.class, (value, named) -> named.addProperty("score", value));
            case EMBEDDING -> of(false, float[].class, TextTask::nameVector);
            case TOKEN_CLASSIFICATION -> of(false, NamedEntity[].class, TextTask::nameEntities);
            case QUESTION_ANSWERING ->
                    new TextTask<>(
                            QAInput.class,
                            Answer.class,
                            row -> new QAInput(row.text(), row.pair().orElseThrow()),
                            TextTask::nameAnswer);
            case CAUSAL_LM ->
                    throw new IllegalArgumentException(
                            "The model is a causal language model, which continues texts and"
                                    + " predicts nothing of them; use the command generate, or"
                                    + " TextGenerator in Java");
        };
    }

    private static <O> TextTask<?, O> of(
            boolean pairs, Class<O> output, BiConsumer<O, JsonObject> naming) {
        return pairs
                ? new TextTask<>(
                        StringPair.class,
                        output,
                        row -> new StringPair(row.text(), row.pair().orElseThrow()),
                        naming)
                : new TextTask<>(String.class, output, TextRow::text, naming);
    }

    private static void nameClasses(Classifications result, int topK, JsonObject named) {
        Classifications.Classification best = result.best();
        named.addProperty("label", best.getClassName());
        named.addProperty("probability", (float) best.getProbability());
        if (topK > 0) {
            JsonObject top = new JsonObject();
            for (Classifications.Classification item :
                    result.<Classifications.Classification>topK(
                            Math.min(topK, result.getClassNames().size()))) {
                top.addProperty(item.getClassName(), (float) item.getProbability());
            }
            named.add("top", top);
        }
    }

    private static void nameVector(float[] vector, JsonObject named) {
        JsonArray numbers = new JsonArray(vector.length);
        for (float number : vector) {
            numbers.add(number);
        }
        named.add("vector", numbers);
    }

    private static void nameEntities(NamedEntity[] entities, JsonObject named) {
        JsonArray list = new JsonArray();
        Arrays.stream(entities).map(TextTask::named).forEach(list::add);
        named.add("entities", list);
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

    private static void nameAnswer(Answer answer, JsonObject named) {
        named.addProperty("answer", answer.text());
        named.addProperty("score", (float) answer.score());
        named.addProperty("start", answer.start());
        named.addProperty("end", answer.end());
    }
}
