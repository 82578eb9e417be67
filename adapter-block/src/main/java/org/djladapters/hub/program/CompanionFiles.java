/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import java.util.List;

/** The names of the files that go with a model or an adapter wherever it goes. */
public final class CompanionFiles {

    /** The names of classes of images, a line each. */
    public static final String SYNSET = "synset.txt";

    /** The lengths of texts, as sentence-transformers tells them. */
    public static final String TRANSFORMER = "sentence_bert_config.json";

    /** The prompts, as sentence-transformers tells them. */
    public static final String PROMPTS = "config_sentence_transformers.json";

    /** The files of an adapter besides its tensors. */
    public static final List<String> ADAPTER =
            List.of(
                    "adapter_config.json",
                    "head_config.json",
                    "labels.json",
                    "provenance.json",
                    "config.json",
                    "README.md");

    /** The files of a model besides its weights and the descriptions that exports change. */
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
