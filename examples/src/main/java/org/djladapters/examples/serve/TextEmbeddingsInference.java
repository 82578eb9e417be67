/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.djladapters.examples.prediction.TextRow;

/**
 * {@code POST /embed} and {@code POST /rerank} of text-embeddings-inference, with {@code model} as
 * in OpenAI's API. Texts that are too long are cut.
 */
final class TextEmbeddingsInference {

    private static final String MODEL = "model";
    private static final String INPUTS = "inputs";
    private static final String QUERY = "query";
    private static final String TEXTS = "texts";
    private static final String NORMALIZE = "normalize";
    private static final String TRUNCATE = "truncate";
    private static final String RAW_SCORES = "raw_scores";
    private static final String RETURN_TEXT = "return_text";

    private TextEmbeddingsInference() {}

    /** Reads a request for vectors. */
    static Asked embed(byte[] body, ModelNames names, int maxInputs) throws Refusal {
        JsonObject json = Fields.object(body, Set.of(MODEL, INPUTS, NORMALIZE, TRUNCATE));
        Fields.require(json, NORMALIZE, true);
        Fields.require(json, TRUNCATE, true);
        PredictRequest request =
                new PredictRequest(
                        adapter(json, names),
                        false,
                        Fields.rows(json.get(INPUTS), INPUTS, Optional.empty(), maxInputs),
                        false);
        return new Asked.Prediction(request, TextEmbeddingsInference::vectors);
    }

    private static JsonArray vectors(Predicted predicted) throws Refusal {
        JsonArray vectors = new JsonArray();
        for (JsonObject prediction : predicted.predictions()) {
            vectors.add(Vectors.json(Vectors.of(prediction)));
        }
        return vectors;
    }

    /** Reads a request for the scores of texts for a query. */
    static Asked rerank(byte[] body, ModelNames names, int maxInputs) throws Refusal {
        JsonObject json =
                Fields.object(body, Set.of(MODEL, QUERY, TEXTS, RAW_SCORES, RETURN_TEXT, TRUNCATE));
        Fields.require(json, RAW_SCORES, false);
        Fields.require(json, TRUNCATE, true);
        boolean withTexts = Fields.flag(json, RETURN_TEXT).orElse(false);
        String query = Fields.text(json, QUERY);
        List<TextRow> rows = Fields.rows(json.get(TEXTS), TEXTS, Optional.of(query), maxInputs);
        return new Asked.Prediction(
                new PredictRequest(adapter(json, names), true, rows, false),
                predicted -> ranked(rows, predicted.predictions(), withTexts));
    }

    private static JsonArray ranked(
            List<TextRow> rows, List<JsonObject> predictions, boolean withTexts) throws Refusal {
        double[] scores = new double[rows.size()];
        for (int i = 0; i < scores.length; i++) {
            JsonElement score = predictions.get(i).get("score");
            if (score == null) {
                throw Refusal.badRequest(
                        "The model gives pairs no scores; name one that was trained for reranking");
            }
            scores[i] = score.getAsDouble();
        }
        JsonArray ranked = new JsonArray();
        IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i]))
                .forEach(
                        i -> {
                            JsonObject item = new JsonObject();
                            item.addProperty("index", i);
                            item.addProperty("score", scores[i]);
                            if (withTexts) {
                                item.addProperty("text", rows.get(i).pair().orElseThrow());
                            }
                            ranked.add(item);
                        });
        return ranked;
    }

    private static String adapter(JsonObject json, ModelNames names) throws Refusal {
        return json.has(MODEL) ? names.adapter(Fields.text(json, MODEL)) : null;
    }
}
