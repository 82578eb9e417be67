/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.djladapters.hub.ModelDirectory;

/**
 * What a model's {@code generation_config.json} says of how it generates.
 *
 * @param endTokens the tokens that end a text: {@code eos_token_id}, of the configuration of the
 *     model where the file has none
 * @param maxNewTokens {@code max_new_tokens}
 * @param repetitionPenalty {@code repetition_penalty}
 * @param topK {@code top_k}
 * @param topP {@code top_p}
 * @param ignored entries that would change texts and are not followed
 */
record GenerationConfig(
        Set<Integer> endTokens,
        OptionalInt maxNewTokens,
        OptionalDouble repetitionPenalty,
        OptionalInt topK,
        OptionalDouble topP,
        List<String> ignored) {

    private static final String FILE = "generation_config.json";

    /** Entries that change what is generated, with the values by which they do not. */
    private static final Map<String, String> UNUSED =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("num_beams", "1"),
                            Map.entry("num_beam_groups", "1"),
                            Map.entry("penalty_alpha", "0"),
                            Map.entry("min_length", "0"),
                            Map.entry("min_new_tokens", "0"),
                            Map.entry("no_repeat_ngram_size", "0"),
                            Map.entry("encoder_no_repeat_ngram_size", "0"),
                            Map.entry("bad_words_ids", ""),
                            Map.entry("force_words_ids", ""),
                            Map.entry("constraints", ""),
                            Map.entry("forced_bos_token_id", ""),
                            Map.entry("forced_eos_token_id", ""),
                            Map.entry("suppress_tokens", ""),
                            Map.entry("begin_suppress_tokens", ""),
                            Map.entry("sequence_bias", ""),
                            Map.entry("exponential_decay_length_penalty", ""),
                            Map.entry("guidance_scale", "1"),
                            Map.entry("min_p", "0"),
                            Map.entry("typical_p", "1"),
                            Map.entry("epsilon_cutoff", "0"),
                            Map.entry("eta_cutoff", "0"),
                            Map.entry("stop_strings", "")));

    static GenerationConfig of(ModelDirectory model) throws IOException {
        JsonObject json = model.json(FILE).orElse(new JsonObject());
        Reader reader = new Reader(model, json);
        return new GenerationConfig(
                model.endTokenIds(),
                reader.integer("max_new_tokens"),
                reader.number("repetition_penalty"),
                reader.integer("top_k"),
                reader.number("top_p"),
                reader.ignored());
    }

    /** Fills in what options leave open. */
    GenerationOptions complete(GenerationOptions options) {
        boolean drawn = options.temperature().isPresent();
        return new GenerationOptions(
                options.maxNewTokens().isPresent() ? options.maxNewTokens() : maxNewTokens,
                options.temperature(),
                drawn && options.topK().isEmpty() ? topK : options.topK(),
                drawn && options.topP().isEmpty() ? topP : options.topP(),
                options.repetitionPenalty().isPresent()
                        ? options.repetitionPenalty()
                        : repetitionPenalty,
                options.stop(),
                options.seed());
    }

    private record Reader(ModelDirectory model, JsonObject json) {

        OptionalInt integer(String key) throws IOException {
            JsonElement value = json.get(key);
            // 0 says "not used" in top_k
            if (value == null || value.isJsonNull() || value.toString().equals("0")) {
                return OptionalInt.empty();
            }
            return OptionalInt.of(whole(key, value, 1));
        }

        private int whole(String key, JsonElement value, int least) throws IOException {
            double number = positive(key, value, "an integer of at least " + least, least);
            if (number != Math.rint(number) || number > Integer.MAX_VALUE) {
                throw malformed(key, value, "an integer of at least " + least);
            }
            return (int) number;
        }

        OptionalDouble number(String key) throws IOException {
            JsonElement value = json.get(key);
            if (value == null || value.isJsonNull()) {
                return OptionalDouble.empty();
            }
            String expected =
                    key.equals("top_p") ? "a number above 0, at most 1" : "a positive number";
            double number = positive(key, value, expected, Double.MIN_VALUE);
            if (key.equals("top_p") && number > 1) {
                throw malformed(key, value, expected);
            }
            return OptionalDouble.of(number);
        }

        private double positive(String key, JsonElement value, String expected, double least)
                throws IOException {
            if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
                double number = value.getAsDouble();
                if (number >= least && Double.isFinite(number)) {
                    return number;
                }
            }
            throw malformed(key, value, expected);
        }

        private IOException malformed(String key, JsonElement value, String expected) {
            return new IOException(
                    "'%s': %s is %s where %s is expected"
                            .formatted(model.path().resolve(FILE), key, value, expected));
        }

        List<String> ignored() {
            List<String> found = new ArrayList<>();
            UNUSED.forEach(
                    (key, neutral) -> {
                        JsonElement value = json.get(key);
                        if (value != null && !isNeutral(value, neutral)) {
                            found.add(key);
                        }
                    });
            return List.copyOf(found);
        }

        private static boolean isNeutral(JsonElement value, String neutral) {
            if (value.isJsonNull() || (value.isJsonArray() && value.getAsJsonArray().isEmpty())) {
                return true;
            }
            return value.isJsonPrimitive()
                    && (value.getAsString().equals(neutral)
                            || value.getAsString().equals(neutral + ".0"));
        }
    }
}
