/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.examples.prediction.TextRow;
import org.djladapters.task.TextEmbedder;

/**
 * OpenAI's {@code POST /v1/embeddings}. {@code dimensions} are those that an adapter was trained
 * for ({@code --matryoshka}); shorter vectors get length 1 again. {@code usage} counts the tokens
 * that the model reads, without those that only begin and end a text.
 */
final class OpenAiEmbeddings {

    private static final String MODEL = "model";
    private static final String INPUT = "input";
    private static final String FORMAT = "encoding_format";
    private static final String DIMENSIONS = "dimensions";
    private static final String BASE64 = "base64";
    private static final String INPUT_TYPE = "input_type";
    private static final Set<String> FIELDS =
            Set.of(MODEL, INPUT, FORMAT, DIMENSIONS, INPUT_TYPE, "user");

    private final String model;
    private final boolean base64;
    private final Vectors.Cut cut;

    private OpenAiEmbeddings(String model, boolean base64, Vectors.Cut cut) {
        this.model = model;
        this.base64 = base64;
        this.cut = cut;
    }

    /** Reads a request for vectors. */
    static Asked read(byte[] body, ModelNames names, Vectors vectors, int maxInputs)
            throws Refusal {
        JsonObject json = Fields.object(body, FIELDS);
        String model = Fields.text(json, MODEL);
        String format = json.has(FORMAT) ? Fields.text(json, FORMAT) : "float";
        if (!Set.of("float", BASE64).contains(format)) {
            throw Refusal.badRequest("'encoding_format' is float or base64, not " + format);
        }
        String adapter = names.adapter(model);
        List<TextRow> rows = Fields.rows(json.get(INPUT), INPUT, Optional.empty(), maxInputs);
        Optional<TextEmbedder.Role> role = role(json);
        Optional<String> promptOfBase =
                role.isPresent() ? vectors.promptOfBase(adapter, role.get()) : Optional.empty();
        if (promptOfBase.isPresent()) {
            adapter = null;
            rows = rows.stream().map(row -> row.withText(promptOfBase.get() + row.text())).toList();
        }
        Vectors.Cut cut =
                new Vectors.Cut(Fields.positive(json, DIMENSIONS), vectors.dimensions(adapter));
        OpenAiEmbeddings form = new OpenAiEmbeddings(model, format.equals(BASE64), cut);
        return new Asked.Prediction(new PredictRequest(adapter, false, rows, true), form::answer);
    }

    private static Optional<TextEmbedder.Role> role(JsonObject json) throws Refusal {
        if (!json.has(INPUT_TYPE)) {
            return Optional.empty();
        }
        return switch (Fields.text(json, INPUT_TYPE)) {
            case "query" -> Optional.of(TextEmbedder.Role.QUERY);
            case "passage", "document" -> Optional.of(TextEmbedder.Role.PASSAGE);
            default -> throw Refusal.badRequest("'input_type' is query, passage or document");
        };
    }

    private JsonObject answer(Predicted predicted) throws Refusal {
        JsonArray data = new JsonArray();
        for (JsonObject prediction : predicted.predictions()) {
            JsonObject item = new JsonObject();
            item.addProperty("object", "embedding");
            item.addProperty("index", data.size());
            item.add("embedding", encoded(cut.of(Vectors.of(prediction))));
            data.add(item);
        }
        JsonObject usage = new JsonObject();
        usage.addProperty("prompt_tokens", predicted.tokens());
        usage.addProperty("total_tokens", predicted.tokens());
        JsonObject json = new JsonObject();
        json.addProperty("object", "list");
        json.add("data", data);
        json.addProperty(MODEL, model);
        json.add("usage", usage);
        return json;
    }

    private JsonElement encoded(float[] vector) {
        if (!base64) {
            return Vectors.json(vector);
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.array()));
    }
}
