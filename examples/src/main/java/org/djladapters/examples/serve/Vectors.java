/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.djladapters.serving.ServedAdapter;
import org.djladapters.serving.ServedAdapters;

/** Vectors in answers, and the lengths that they may have. */
final class Vectors {

    private static final String NONE = "The model gives texts no vectors; name one for embeddings";

    private final ServedAdapters<TextTasks> adapters;

    Vectors(ServedAdapters<TextTasks> adapters) {
        this.adapters = adapters;
    }

    /**
     * Returns the numbers of dimensions for which an adapter was trained; none if it is not known.
     *
     * @param adapter the name of the adapter, null for the base model
     * @throws Refusal if it gives texts no vectors
     */
    List<Integer> dimensions(String adapter) throws Refusal {
        ServedAdapter<TextTasks> leased =
                adapters.lease(adapter == null ? "" : adapter).orElse(null);
        if (leased == null) {
            return List.of(); // the prediction says why there is none
        }
        try {
            if (!leased.tasks().givesVectors()) {
                throw Refusal.badRequest(NONE);
            }
            return leased.tasks().dimensions();
        } finally {
            leased.release();
        }
    }

    /** Returns the vector of a prediction. */
    static float[] of(JsonObject prediction) throws Refusal {
        if (!(prediction.get("vector") instanceof JsonArray numbers)) {
            throw Refusal.badRequest(NONE);
        }
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers.get(i).getAsFloat();
        }
        return vector;
    }

    /**
     * Cuts vectors to what a client asks for.
     *
     * @param dimensions the number of dimensions, if the client names one
     * @param trained the shorter ones that the model was trained for
     */
    record Cut(Optional<Integer> dimensions, List<Integer> trained) {

        /** Returns the first numbers of a vector, which get length 1 again. */
        float[] of(float[] vector) throws Refusal {
            int wanted = dimensions.orElse(vector.length);
            if (wanted == vector.length) {
                return vector;
            }
            if (wanted > vector.length || !trained.contains(wanted)) {
                throw Refusal.badRequest(
                        "The model has vectors of %d dimensions and was trained for %s, not %d; leave"
                                        .formatted(
                                                vector.length,
                                                trained.isEmpty() ? "no shorter ones" : trained,
                                                wanted)
                                + " 'dimensions' out, or train an adapter with --matryoshka");
            }
            float[] cut = Arrays.copyOf(vector, wanted);
            double square = 0;
            for (float number : cut) {
                square += (double) number * number;
            }
            double length = Math.sqrt(square);
            for (int i = 0; i < wanted && length > 0; i++) {
                cut[i] = (float) (cut[i] / length);
            }
            return cut;
        }
    }

    static JsonArray json(float[] vector) {
        JsonArray json = new JsonArray(vector.length);
        for (float number : vector) {
            json.add(number);
        }
        return json;
    }
}
