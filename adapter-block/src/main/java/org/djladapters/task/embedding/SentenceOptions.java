/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.task.kind.RecordedOptions;

/** How vectors were made when an adapter was trained, as the record of the run keeps it. */
final class SentenceOptions {

    private static final String POOLING = "sentence_pooling";
    private static final String NORMALIZE = "normalize";
    private static final String PROMPT = "prompt";
    private static final String QUERY_PROMPT = "query_prompt";
    private static final String PASSAGE_PROMPT = "passage_prompt";
    private static final String LOWER_CASE = "lower_case";

    private SentenceOptions() {}

    /** Records settings; prompts that add nothing are left out. */
    static Map<String, Object> of(SentenceSettings settings) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(POOLING, settings.pooling());
        options.put(NORMALIZE, settings.normalize());
        options.put(PROMPT, settings.prompt());
        options.put(QUERY_PROMPT, settings.queryPrompt());
        options.put(PASSAGE_PROMPT, settings.passagePrompt());
        options.values().removeIf(""::equals);
        if (settings.lowerCase()) {
            options.put(LOWER_CASE, true);
        }
        return options;
    }

    /**
     * Reads the record of a run, or without a record the model's files.
     *
     * @throws IOException if the record or a file is malformed
     */
    static SentenceSettings read(ModelDirectory model, RecordedOptions options) throws IOException {
        String pooling = options.text(POOLING).orElse(null);
        if (pooling == null) {
            return SentenceSettings.of(model, note -> {});
        }
        return new SentenceSettings(
                Arrays.stream(SentenceSettings.Pooling.values())
                        .filter(known -> known.toString().equals(pooling))
                        .findFirst()
                        .orElseThrow(() -> unknown(pooling)),
                options.flag(NORMALIZE),
                options.text(PROMPT).orElse(""),
                options.text(QUERY_PROMPT).orElse(""),
                options.text(PASSAGE_PROMPT).orElse(""),
                options.flag(LOWER_CASE),
                SentenceSettings.dense(model));
    }

    private static IOException unknown(String pooling) {
        return new IOException(
                ("The option '%s' of the adapter's task is '%s', which is none of %s; correct it in"
                                + " %s, or remove that file")
                        .formatted(
                                POOLING,
                                pooling,
                                Arrays.toString(SentenceSettings.Pooling.values()),
                                AdapterDirectory.PROVENANCE));
    }
}
