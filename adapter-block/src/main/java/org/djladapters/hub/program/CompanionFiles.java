/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import java.util.List;

/** The files that go with a model's weights wherever these go. */
public final class CompanionFiles {

    /** The names of classes of images, a line each. */
    public static final String SYNSET = "synset.txt";

    /** The names of all, of which a model has some. */
    public static final List<String> NAMES =
            List.of(
                    "generation_config.json",
                    "chat_template.jinja",
                    "chat_template.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "spiece.model",
                    "spm.model",
                    "tokenizer.model",
                    "sentencepiece.bpe.model",
                    "preprocessor_config.json",
                    "processor_config.json",
                    SYNSET,
                    "LICENSE",
                    "LICENSE.md",
                    "LICENSE.txt",
                    "NOTICE");

    private CompanionFiles() {}
}
