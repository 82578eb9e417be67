/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.modality.Input;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.util.StringPair;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.djladapters.io.JsonFields;
import org.djladapters.io.StrictJson;

/**
 * The inputs and adapters of a request.
 *
 * @param items the inputs: texts, {@link StringPair pairs} or {@link QAInput questions}
 * @param adapters the adapter of each, empty for the base model
 * @param isList whether the answers are a list, even of one
 */
record Request(List<Object> items, List<String> adapters, boolean isList) {

    /** The types of inputs, and their names. */
    static final Map<Class<?>, String> KINDS =
            Map.of(String.class, "text", StringPair.class, "pair", QAInput.class, "question");

    private static final String INPUTS = "inputs";
    private static final String ADAPTERS = "adapters";
    private static final String ADAPTER = "adapter";
    private static final String QUERY = "query";
    private static final String TEXTS = "texts";
    private static final String TEXT = "text";
    private static final String TEXT_PAIR = "text_pair";
    private static final String QUESTION = "question";
    private static final String CONTEXT = "context";
    private static final String PARAGRAPH = "paragraph";
    private static final String HEADER = "X-Amzn-SageMaker-Adapter-Identifier";
    private static final String THE_REQUEST = "The request";
    private static final int SHOWN = 100;

    /** Keeps copies. */
    Request {
        items = List.copyOf(items);
        adapters = List.copyOf(adapters);
    }

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException if it is malformed; the message says where
     */
    static Request of(Input input) {
        JsonElement body = body(input);
        JsonElement inputs = body instanceof JsonObject object ? inputs(object) : body;
        List<Object> items =
                inputs instanceof JsonArray list
                        ? IntStream.range(0, list.size()).mapToObj(i -> item(list.get(i))).toList()
                        : List.of(item(inputs));
        return new Request(items, names(body, items.size(), input), inputs.isJsonArray());
    }

    private static IllegalArgumentException malformed(String sentence) {
        return new IllegalArgumentException(sentence);
    }

    /** Returns JSON as it is, anything else as a text. */
    private static JsonElement body(Input input) {
        byte[] bytes = input.getContent().isEmpty() ? new byte[0] : input.getData().getAsBytes();
        if (bytes.length == 0) {
            throw malformed("The request is empty; send JSON with \"inputs\"");
        }
        String type = input.getProperty("Content-Type", "").split(";", 2)[0].strip();
        return type.equalsIgnoreCase("application/json")
                ? StrictJson.parse(bytes)
                : new JsonPrimitive(StrictJson.text(bytes));
    }

    private static JsonElement inputs(JsonObject body) {
        if (body.has(QUERY)) {
            StrictJson.requireFields(body, Set.of(QUERY, TEXTS, ADAPTER, ADAPTERS), THE_REQUEST);
            return passages(body);
        }
        StrictJson.requireFields(body, Set.of(INPUTS, ADAPTER, ADAPTERS), THE_REQUEST);
        if (!body.has(INPUTS)) {
            throw malformed("The request has no \"inputs\"");
        }
        return body.get(INPUTS);
    }

    /** Returns a query and texts as pairs. */
    private static JsonArray passages(JsonObject body) {
        if (!(body.get(TEXTS) instanceof JsonArray texts)) {
            throw malformed("A request with a \"query\" needs a list \"texts\"");
        }
        JsonArray pairs = new JsonArray();
        for (JsonElement text : texts) {
            JsonObject pair = new JsonObject();
            pair.add(TEXT, body.get(QUERY));
            pair.add(TEXT_PAIR, text);
            pairs.add(pair);
        }
        return pairs;
    }

    private static Object item(JsonElement item) {
        if (JsonFields.isText(item)) {
            return item.getAsString();
        }
        if (item instanceof JsonObject object && object.has(TEXT_PAIR)) {
            StrictJson.requireFields(object, Set.of(TEXT, TEXT_PAIR), "A pair");
            return new StringPair(text(object, TEXT), text(object, TEXT_PAIR));
        }
        if (item instanceof JsonObject object && object.has(QUESTION)) {
            String context = object.has(PARAGRAPH) ? PARAGRAPH : CONTEXT;
            StrictJson.requireFields(object, Set.of(QUESTION, context), "A question");
            return new QAInput(text(object, QUESTION), text(object, context));
        }
        throw malformed(
                "An input is a text, a pair {\"text\": …, \"text_pair\": …} or a question"
                        + " {\"question\": …, \"context\": …}, not "
                        + shown(item));
    }

    private static String text(JsonObject object, String key) {
        if (JsonFields.isText(object.get(key))) {
            return object.get(key).getAsString();
        }
        throw malformed("The input %s has no text \"%s\"".formatted(shown(object), key));
    }

    /** Shows a value in a message, of a long one its beginning. */
    private static String shown(JsonElement value) {
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** Returns the adapter of every input. */
    private static List<String> names(JsonElement body, int items, Input input) {
        String header = input.getProperty(HEADER, null);
        if (header != null) {
            return Collections.nCopies(items, header);
        }
        JsonElement named = body instanceof JsonObject object ? named(object) : JsonNull.INSTANCE;
        if (named.isJsonNull()) {
            return Collections.nCopies(items, "");
        }
        if (!(named instanceof JsonArray list)) {
            return Collections.nCopies(items, name(named));
        }
        if (list.size() != items) {
            throw malformed(
                    "The request has %d inputs and %d adapters; name one for every input, \"\" for"
                                    .formatted(items, list.size())
                            + " the base model");
        }
        return StreamSupport.stream(list.spliterator(), false).map(Request::name).toList();
    }

    private static JsonElement named(JsonObject body) {
        if (body.has(ADAPTER) && body.has(ADAPTERS)) {
            throw malformed("The request has both \"adapter\" and \"adapters\"; send one of them");
        }
        JsonElement named = body.get(body.has(ADAPTER) ? ADAPTER : ADAPTERS);
        return named == null ? JsonNull.INSTANCE : named;
    }

    private static String name(JsonElement adapter) {
        if (JsonFields.isText(adapter)) {
            return adapter.getAsString();
        }
        throw malformed("An adapter is named by a text, not " + shown(adapter));
    }
}
