/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.djladapters.serving.ServedAdapter;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.task.TextEmbedder;

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
        return ask(adapter, TextTasks::dimensions).orElse(List.of());
    }

    /**
     * Tells how the base model embeds texts that an adapter is not for.
     *
     * @param adapter the name of the adapter, null for the base model
     * @param role whether texts are queries or passages
     * @return what they begin with; empty if the adapter embeds them
     * @throws Refusal if it gives texts no vectors, or can't tell
     */
    Optional<String> promptOfBase(String adapter, TextEmbedder.Role role) throws Refusal {
        Optional<String> prompt =
                ask(adapter, tasks -> tasks.promptOfBase(role)).flatMap(found -> found);
        if (prompt.isPresent() && adapter == null) {
            throw Refusal.badRequest(
                    "The model was merged with an adapter of other texts; ask for these where the"
                            + " model it was trained on is served");
        }
        return prompt;
    }

    /** Asks an adapter; one that there is not says nothing, and the prediction says why. */
    private <A> Optional<A> ask(String adapter, Question<A> question) throws Refusal {
        Optional<ServedAdapter<TextTasks>> leased = adapters.lease(adapter == null ? "" : adapter);
        if (leased.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (!leased.get().tasks().givesVectors()) {
                throw Refusal.badRequest(NONE);
            }
            return Optional.of(question.of(leased.get().tasks()));
        } catch (IOException | IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        } finally {
            leased.get().release();
        }
    }

    @FunctionalInterface
    private interface Question<A> {
        A of(TextTasks tasks) throws IOException;
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
