/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.Internal;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;

/**
 * How a causal language model judges a text, as the module of this name of sentence-transformers
 * says: by the logit of one token behind it, less that of another.
 *
 * @param yes the token that says yes
 * @param no the token that says no, if one counts
 */
@Internal
public record LogitScore(int yes, OptionalInt no) {

    static final String MODULE = "LogitScore";

    private static final String YES = "true_token_id";
    private static final String NO = "false_token_id";

    /** Reads what the modules of a model say, if they judge. */
    public static Optional<LogitScore> of(ModelDirectory model) throws IOException {
        Optional<Path> folder = folder(model);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        JsonFields config = JsonFields.read(folder.get().resolve(SentenceFiles.CONFIG));
        int yes = config.atLeast(0, YES).orElseThrow(() -> config.wrong(YES, "a token"));
        return Optional.of(new LogitScore(yes, config.atLeast(0, NO)));
    }

    private static Optional<Path> folder(ModelDirectory model) throws IOException {
        Optional<Path> file = model.file(SentenceFiles.MODULES);
        if (file.isEmpty() || !names(file.get(), MODULE)) {
            return Optional.empty();
        }
        return SentenceFiles.modules(file.get()).stream()
                .filter(module -> module.type().equals(MODULE))
                .map(module -> model.path().resolve(module.path()))
                .findFirst();
    }

    /** Tells whether a word is in a file; of one without it nothing else matters here. */
    private static boolean names(Path file, String word) throws IOException {
        return Files.size(file) > JsonFiles.LARGEST
                || new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(word);
    }

    /** Returns the texts of the files that say so, by their names in the model's directory. */
    public static Map<String, String> files(ModelDirectory model) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Optional<Path> folder = folder(model);
        if (folder.isPresent()) {
            String config = folder.get().getFileName() + "/" + SentenceFiles.CONFIG;
            for (String name :
                    List.of(
                            SentenceFiles.MODULES,
                            config,
                            CompanionFiles.TRANSFORMER,
                            CompanionFiles.PROMPTS)) {
                Path file = model.path().resolve(name);
                if (Files.isRegularFile(file)) {
                    texts.put(name, Files.readString(file, StandardCharsets.UTF_8));
                }
            }
        }
        return texts;
    }
}
