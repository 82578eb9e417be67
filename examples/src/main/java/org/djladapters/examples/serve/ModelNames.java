/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import org.djladapters.serving.ServedAdapters;

/**
 * The names by which clients of other APIs ask for a model: {@code BASE}, {@code BASE:ADAPTER}, or
 * an alias of one of these.
 *
 * @param base the name of the base model
 * @param aliases what other names stand for
 */
public record ModelNames(String base, Map<String, String> aliases) {

    private static final String OWNER = "djl-adapters";

    /**
     * Keeps a copy.
     *
     * @throws IllegalArgumentException if an alias stands for no model
     */
    public ModelNames {
        aliases = Map.copyOf(aliases);
        for (String model : aliases.values()) {
            if (!model.equals(base) && !model.startsWith(base + ":")) {
                throw new IllegalArgumentException(
                        "An alias stands for %s or %1$s:ADAPTER, not for '%s'"
                                .formatted(base, model));
            }
        }
    }

    /** Returns the name of the adapter that a client asks for, null for the base model. */
    String adapter(String model) throws Refusal {
        String name = aliases.getOrDefault(model, model);
        if (name.equals(base)) {
            return null;
        }
        if (name.startsWith(base + ":")) {
            return name.substring(base.length() + 1);
        }
        throw new Refusal(
                404,
                "There is no model '%s'; it is %s or %2$s:ADAPTER, and GET /v1/models lists all"
                        .formatted(model, base));
    }

    /** Lists the models as OpenAI does. */
    JsonObject list(ServedAdapters<?> adapters) {
        JsonArray models = new JsonArray();
        models.add(described(base));
        for (String adapter : adapters.names()) {
            models.add(described(base + ":" + adapter));
        }
        aliases.keySet().stream().sorted().forEach(alias -> models.add(described(alias)));
        JsonObject json = new JsonObject();
        json.addProperty("object", "list");
        json.add("data", models);
        return json;
    }

    /** Describes one of the models. */
    JsonObject model(String model, ServedAdapters<?> adapters) throws Refusal {
        String adapter = adapter(model);
        if (adapter != null && !adapters.serves(adapter)) {
            throw new Refusal(404, "There is no adapter '%s'".formatted(adapter));
        }
        return described(model);
    }

    private static JsonObject described(String model) {
        JsonObject json = new JsonObject();
        json.addProperty("id", model);
        json.addProperty("object", "model");
        json.addProperty("created", 0);
        json.addProperty("owned_by", OWNER);
        return json;
    }
}
