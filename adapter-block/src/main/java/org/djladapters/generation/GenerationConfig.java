/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;

/**
 * The settings of generation in a model's {@code generation_config.json}.
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

    /** Entries that change texts, each with the value that changes nothing. */
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
        JsonFields fields = model.fields(FILE);
        return new GenerationConfig(
                model.endTokenIds(),
                count("max_new_tokens", fields),
                positive("repetition_penalty", fields, Double.MAX_VALUE, "a positive number"),
                count("top_k", fields),
                positive("top_p", fields, 1, "a number greater than 0, at most 1"),
                ignored(fields.json()));
    }

    /** Reads a whole number of at least 1; 0 says "not used", as in top_k. */
    private static OptionalInt count(String name, JsonFields fields) throws IOException {
        return "0".equals(String.valueOf(fields.json().get(name)))
                ? OptionalInt.empty()
                : fields.atLeast(1, name);
    }

    private static OptionalDouble positive(
            String name, JsonFields fields, double most, String expected) throws IOException {
        if (!fields.has(name)) {
            return OptionalDouble.empty();
        }
        double number = fields.number(name, 1);
        if (!(number > 0 && number <= most)) {
            throw fields.wrong(name, expected);
        }
        return OptionalDouble.of(number);
    }

    private static List<String> ignored(JsonObject json) {
        return UNUSED.entrySet().stream()
                .filter(entry -> json.has(entry.getKey()))
                .filter(entry -> !isNeutral(json.get(entry.getKey()), entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean isNeutral(JsonElement value, String neutral) {
        if (value.isJsonNull() || (value.isJsonArray() && value.getAsJsonArray().isEmpty())) {
            return true;
        }
        return value.isJsonPrimitive()
                && (value.getAsString().equals(neutral)
                        || value.getAsString().equals(neutral + ".0"));
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
}
