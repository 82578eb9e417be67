/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFiles;

/**
 * The tokenizer of an exported model: other programs, which know only its files, then read as much
 * of a text as this library does.
 *
 * @param maxLength the length to which texts are truncated, in tokens
 * @param lowerCase whether texts are written in small letters before they are encoded
 */
public record ExportedTokenizer(ModelDirectory model, int maxLength, boolean lowerCase) {

    private static final String CONFIG = "tokenizer_config.json";
    private static final String SERVING = "serving.properties";
    private static final int SHORT = 16;

    /** Returns the contents of the files that set the length, by file name. */
    public Map<String, String> files() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                TokenizerFile.NAME,
                TokenizerFile.truncated(
                        model.path().resolve(TokenizerFile.NAME), maxLength, lowerCase));
        // the length to which transformers truncates
        JsonObject config = model.json(CONFIG).orElseGet(JsonObject::new);
        config.addProperty("model_max_length", maxLength);
        if (config.has("max_length")) {
            config.addProperty("max_length", maxLength);
        }
        files.put(CONFIG, JsonFiles.text(config));
        return files;
    }

    /**
     * Requires that an exported folder gives the tokens that the model reads, for short texts and
     * for texts at and beyond the limit: read by {@code tokenizer.json} alone, and as DJL's
     * translators do, which follow {@code serving.properties}.
     *
     * @throws IllegalStateException if tokens differ
     */
    public void requireSame(Path folder) throws IOException {
        List<Map<String, String>> readers = new ArrayList<>();
        readers.add(Map.of("modelMaxLength", Integer.toString(maxLength)));
        if (Files.exists(folder.resolve(SERVING))) {
            Map<String, String> arguments = ModelDirectory.open(folder).servingArguments();
            // one that truncates only the context of a question is set otherwise
            if (!arguments.containsKey("truncation")) {
                readers.add(arguments);
            }
        }
        try (TextEncoder encoder = TextEncoder.openForTrial(model, maxLength)) {
            for (Map<String, String> options : readers) {
                try (HuggingFaceTokenizer read =
                        HuggingFaceTokenizer.builder(options).optTokenizerPath(folder).build()) {
                    for (String text : texts()) {
                        requireSame(encoder, read, text, null);
                        requireSame(encoder, read, text, "pair " + text);
                    }
                }
            }
        }
    }

    /**
     * Returns texts of the tokenizer's own tokens: a short one, and some of half, all and twice the
     * length.
     */
    public List<String> texts() throws IOException {
        try (HuggingFaceTokenizer tokenizer = TextEncoder.tokenizer(model, Map.of())) {
            int known = model.vocabularySize().orElse(Short.MAX_VALUE);
            return Stream.of(SHORT, maxLength / 2, maxLength, 2 * maxLength)
                    .map(words -> new Random(words).longs(words, 0, known).toArray())
                    .map(ids -> tokenizer.decode(ids, true))
                    .toList();
        }
    }

    private void requireSame(
            TextEncoder encoder, HuggingFaceTokenizer read, String first, String second) {
        TextEncoder.Tokens expected = encoder.encode(cased(first), cased(second));
        Encoding found = second == null ? read.encode(first) : read.encode(first, second);
        if (!Arrays.equals(expected.ids(), TextEncoder.toInts(found.getIds()))) {
            throw new IllegalStateException(
                    ("With the exported tokenizer a text has %d tokens that are not the %d which"
                                    + " the model reads, so nothing was written; write the"
                                    + " tokenizer.json of '%s' anew with transformers")
                            .formatted(found.getIds().length, expected.length(), model.path()));
        }
    }

    private String cased(String text) {
        return lowerCase && text != null ? text.toLowerCase(Locale.ROOT) : text;
    }
}
