/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.djladapters.serving.ServedAdapters;

/** The paths of the server: our own API, OpenAI's and that of text-embeddings-inference. */
final class Apis {

    private static final String ADAPTERS = "/adapters";
    private static final String MODELS = "/v1/models";

    private final ServedAdapters<TextTasks> adapters;
    private final ModelNames names;
    private final Map<String, Asked.Reader> readers;

    Apis(ServedAdapters<TextTasks> adapters, ServerOptions options) {
        this.adapters = adapters;
        names = options.names(adapters.model());
        int maxInputs = options.maxInputs();
        int maxNewTokens = options.maxNewTokens();
        Vectors vectors = new Vectors(adapters);
        readers =
                Map.of(
                        "/predict",
                        body ->
                                new Asked.Prediction(
                                        PredictRequest.parse(body, maxInputs), Apis::own),
                        "/v1/embeddings",
                        body -> OpenAiEmbeddings.read(body, names, vectors, maxInputs),
                        "/v1/chat/completions",
                        body -> OpenAiTexts.chat(body, names, maxNewTokens),
                        "/v1/completions",
                        body -> OpenAiTexts.completions(body, names, maxInputs, maxNewTokens),
                        "/embed",
                        body -> TextEmbeddingsInference.embed(body, names, maxInputs),
                        "/rerank",
                        body -> TextEmbeddingsInference.rerank(body, names, maxInputs));
    }

    /** Returns an answer in our own API. */
    private static JsonObject own(Predicted predicted) {
        JsonArray predictions = new JsonArray();
        predicted.predictions().forEach(predictions::add);
        JsonObject json = new JsonObject();
        json.addProperty("adapter", predicted.adapter());
        json.addProperty("version", predicted.version());
        json.add("predictions", predictions);
        return json;
    }

    /** Returns what reads requests for predictions at a path; empty for other paths. */
    Optional<Asked.Reader> reader(String path) {
        return Optional.ofNullable(readers.get(path));
    }

    /** Returns what a path describes. */
    JsonObject described(String path) throws Refusal {
        if (path.equals(ADAPTERS)) {
            return adapters.json();
        }
        if (path.equals(MODELS)) {
            return names.list(adapters);
        }
        if (path.startsWith(MODELS + "/")) {
            return names.model(path.substring(MODELS.length() + 1), adapters);
        }
        throw new Refusal(
                404,
                "There is no such path; the paths are %s, %s and %s"
                        .formatted(
                                String.join(", ", new TreeSet<>(readers.keySet())),
                                ADAPTERS,
                                MODELS));
    }

    /** Tells whether the errors of a path have OpenAI's form. */
    static boolean isOpenAi(String path) {
        return path.startsWith("/v1/");
    }
}
