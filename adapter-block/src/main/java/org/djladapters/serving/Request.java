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
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.djladapters.io.JsonFields;

/**
 * The inputs and adapters of a request.
 *
 * @param items the inputs: texts, {@link StringPair pairs} or {@link QAInput questions}
 * @param adapters the adapter of each, empty for the base model
 * @param isList whether the answers are a list, even of one
 */
record Request(List<Object> items, List<String> adapters, boolean isList) {

    /** The types of inputs. */
    static final Set<Class<?>> TYPES = Set.of(String.class, StringPair.class, QAInput.class);

    private static final String INPUTS = "inputs";
    private static final String ADAPTERS = "adapters";
    private static final String ADAPTER = "adapter";
    private static final String HEADER = "X-Amzn-SageMaker-Adapter-Identifier";

    /** Keeps copies. */
    Request {
        items = List.copyOf(items);
        adapters = List.copyOf(adapters);
    }

    /** Reads a request; the message of a refusal says where it is malformed. */
    static Request of(Input input) {
        if (input.getContent().isEmpty()) {
            throw RefusedRequestException.malformed(
                    "The request is empty; send JSON with \"inputs\"");
        }
        JsonElement body = body(input);
        JsonElement inputs = inputs(body);
        JsonElement adapters = body instanceof JsonObject object ? object.get(ADAPTERS) : null;
        List<Object> items =
                inputs instanceof JsonArray list
                        ? IntStream.range(0, list.size()).mapToObj(i -> item(list.get(i))).toList()
                        : List.of(item(inputs));
        return new Request(items, names(adapters, items.size(), input), inputs.isJsonArray());
    }

    /** Returns JSON as it is, anything else as a text. */
    private static JsonElement body(Input input) {
        String text = input.getData().getAsString();
        String type = input.getProperty("Content-Type", "").split(";", 2)[0].strip();
        if (!type.equalsIgnoreCase("application/json")) {
            return new JsonPrimitive(text);
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement body = JsonParser.parseReader(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT) {
                return body;
            }
        } catch (JsonParseException | IOException e) {
            throw RefusedRequestException.malformed(
                    "The request is not valid JSON: " + e.getMessage());
        }
        throw RefusedRequestException.malformed("The request has more than one JSON value");
    }

    private static JsonElement inputs(JsonElement body) {
        if (!(body instanceof JsonObject object)) {
            return body;
        }
        if (object.has("query")) {
            return passages(object);
        }
        if (!object.has(INPUTS)) {
            throw RefusedRequestException.malformed("The request has no \"inputs\"");
        }
        return object.get(INPUTS);
    }

    /** Returns a query and texts as pairs. */
    private static JsonArray passages(JsonObject body) {
        if (!(body.get("texts") instanceof JsonArray texts)) {
            throw RefusedRequestException.malformed(
                    "A request with a \"query\" needs a list \"texts\"");
        }
        JsonArray pairs = new JsonArray();
        for (JsonElement text : texts) {
            JsonObject pair = new JsonObject();
            pair.add("text", body.get("query"));
            pair.add("text_pair", text);
            pairs.add(pair);
        }
        return pairs;
    }

    private static Object item(JsonElement item) {
        if (JsonFields.isText(item)) {
            return item.getAsString();
        }
        if (item instanceof JsonObject object) {
            if (object.has("text_pair")) {
                return new StringPair(text(object, "text"), text(object, "text_pair"));
            }
            if (object.has("question")) {
                String context = object.has("paragraph") ? "paragraph" : "context";
                return new QAInput(text(object, "question"), text(object, context));
            }
        }
        throw RefusedRequestException.malformed(
                "An input is a text, a pair {\"text\": …, \"text_pair\": …} or a question"
                        + " {\"question\": …, \"context\": …}, not "
                        + item);
    }

    /** Returns the kind of an input, for messages. */
    static String kind(Object item) {
        if (item instanceof String) {
            return "a text";
        }
        return item instanceof StringPair ? "a pair of texts" : "a question";
    }

    private static String text(JsonObject object, String key) {
        if (JsonFields.isText(object.get(key))) {
            return object.get(key).getAsString();
        }
        throw RefusedRequestException.malformed(
                "The input %s has no text \"%s\"".formatted(object, key));
    }

    /** Returns the adapter of every input, wherever a request of DJL Serving can name it. */
    private static List<String> names(JsonElement adapters, int items, Input input) {
        String one = input.getProperty(HEADER, input.getAsString(ADAPTER));
        if (one != null) {
            return Collections.nCopies(items, one);
        }
        if (adapters == null || adapters.isJsonNull()) {
            return Collections.nCopies(items, "");
        }
        if (!(adapters instanceof JsonArray list)) {
            return Collections.nCopies(items, name(adapters));
        }
        if (list.size() != items) {
            throw RefusedRequestException.malformed(
                    "The request has %d inputs and %d adapters; name one for every input, \"\" for"
                                    .formatted(items, list.size())
                            + " the base model");
        }
        return StreamSupport.stream(list.spliterator(), false).map(Request::name).toList();
    }

    private static String name(JsonElement adapter) {
        if (JsonFields.isText(adapter)) {
            return adapter.getAsString();
        }
        throw RefusedRequestException.malformed("An adapter is named by a text, not " + adapter);
    }
}
