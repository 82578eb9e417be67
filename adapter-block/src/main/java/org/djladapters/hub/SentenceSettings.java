/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.djladapters.io.Internal;

/**
 * How a model of hidden states gives a text one vector, as it was trained to: what is put before
 * the text, how the hidden states of its tokens are pooled, and whether vectors are scaled to
 * length 1.
 *
 * <p>A prompt is literal text, with the white space at its end ({@code "query: "}); an empty one
 * adds nothing.
 *
 * @param pooling how the hidden states of a text become one vector
 * @param normalize whether a vector is divided by its Euclidean norm
 * @param prompt what is put before a text that is neither a query nor a passage
 * @param queryPrompt what is put before what is searched for
 * @param passagePrompt what is put before what is found
 * @param lowerCase whether texts are put into lower case before they are encoded
 * @param dense layers that a pooled vector goes through before it is scaled, mostly none
 */
public record SentenceSettings(
        Pooling pooling,
        boolean normalize,
        String prompt,
        String queryPrompt,
        String passagePrompt,
        boolean lowerCase,
        List<SentenceDense> dense) {

    /** Copies the layers. */
    public SentenceSettings {
        dense = List.copyOf(dense);
    }

    /** Describes a model without dense layers. */
    public SentenceSettings(
            Pooling pooling,
            boolean normalize,
            String prompt,
            String queryPrompt,
            String passagePrompt,
            boolean lowerCase) {
        this(pooling, normalize, prompt, queryPrompt, passagePrompt, lowerCase, List.of());
    }

    /**
     * How the hidden states \(h_1, \dots, h_T\) of a text become one vector. Only the positions
     * count that the attention mask marks; here \(m_t\) is 1 for those and 0 for padding.
     */
    public enum Pooling {
        /** \(\sum_t m_t h_t / \sum_t m_t\). */
        MEAN("mean", "mean_tokens"),
        /** The hidden state of the first position. */
        CLS("cls", "cls_token"),
        /** That of the last one, as causal models need it. */
        LAST("lasttoken", "lasttoken"),
        /** The largest value of each feature. */
        MAX("max", "max_tokens"),
        /** \(\sum_t m_t h_t / \sqrt{\sum_t m_t}\). */
        MEAN_SQRT_LEN("mean_sqrt_len", "mean_sqrt_len_tokens"),
        /** \(\sum_t t\, m_t h_t / \sum_t t\, m_t\). */
        WEIGHTED_MEAN("weightedmean", "weightedmean_tokens"),
        /** The vector that the model itself makes of them. */
        POOLER("pooler", "pooler");

        private final String servingName;
        private final String flag;

        Pooling(String servingName, String flag) {
            this.servingName = servingName;
            this.flag = flag;
        }

        /**
         * Returns the name in {@code serving.properties}, where DJL's translator reads it.
         *
         * @return the value of the entry {@code pooling}
         */
        public String servingName() {
            return servingName;
        }

        /** Returns the name of its flag in the configuration of sentence-transformers' pooling. */
        String flag() {
            return SentenceFiles.FLAG + flag;
        }

        /** The lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The mean of all tokens, scaled to length 1, of texts as they are. */
    public static final SentenceSettings DEFAULT =
            new SentenceSettings(Pooling.MEAN, true, "", "", "", false);

    /**
     * Reads what a model's files tell, with {@link #DEFAULT} for what they don't.
     *
     * <p>The files of sentence-transformers ({@code modules.json}, the configuration of its pooling
     * module, {@code sentence_bert_config.json}, {@code config_sentence_transformers.json}) are
     * read first. The entries {@code pooling} and {@code normalize} of {@code serving.properties}
     * go before them, since they are what DJL's own translator does with the same folder.
     *
     * @param model the model's directory
     * @param note takes what the user should know: that nothing tells how vectors are made, or that
     *     the files contradict one another
     * @throws IOException if a file is malformed, or asks for what is not supported here (several
     *     poolings at once, other modules, prompts that the pooling leaves out); the message names
     *     the file
     */
    public static SentenceSettings of(ModelDirectory model, Consumer<String> note)
            throws IOException {
        return new SentenceFiles(model).read(note);
    }

    /** Reads the dense layers that a model's files put behind the pooling. */
    @Internal
    public static List<SentenceDense> dense(ModelDirectory model) throws IOException {
        return new SentenceFiles(model).modules().dense();
    }

    /**
     * Tells whether a model's files describe it as one that was trained to give vectors of texts:
     * it makes vectors itself, as CLIP does, there is a {@code modules.json}, or {@code
     * serving.properties} names DJL's translator for text embeddings.
     *
     * @param model the model's directory
     * @return whether it is a sentence encoder
     */
    public static boolean describes(ModelDirectory model) {
        return SentenceFiles.describes(model);
    }

    /**
     * Tells whether {@code serving.properties} leaves it open how a model is read or names a
     * translator that gives vectors.
     *
     * @param model the model's directory
     * @return false if the entries are for another translator
     */
    @Internal
    public static boolean servesVectors(ModelDirectory model) {
        return SentenceFiles.servesVectors(model);
    }

    /**
     * Finds an entry of {@code serving.properties} that only DJL's own translator for text
     * embeddings follows, a dense layer for example. {@link #of} refuses it.
     *
     * @param model the model's directory
     * @return the name of the entry; one that is {@code false} counts as absent
     */
    @Internal
    public static Optional<String> onlyDjl(ModelDirectory model) {
        return SentenceFiles.onlyDjl(model);
    }

    /**
     * Finds a prompt.
     *
     * @param model the model's directory
     * @param nameOrText the name of a prompt in {@code config_sentence_transformers.json}, or else
     *     the prompt itself
     * @throws IOException if the file is malformed
     */
    public static String prompt(ModelDirectory model, String nameOrText) throws IOException {
        return new SentenceFiles(model).prompts().getOrDefault(nameOrText, nameOrText);
    }

    /**
     * Writes these settings as sentence-transformers reads them.
     *
     * @param width the number of features of the model's hidden states
     * @param maxLength the length to which texts are truncated, in tokens
     * @return texts by the names of their files in a model's directory, some in folders
     */
    @Internal
    public Map<String, String> files(int width, int maxLength) {
        return SentenceFiles.texts(this, width, maxLength);
    }

    /**
     * Pools otherwise.
     *
     * @param other the pooling
     * @return settings that differ in this
     */
    public SentenceSettings withPooling(Pooling other) {
        return new SentenceSettings(
                other, normalize, prompt, queryPrompt, passagePrompt, lowerCase, dense);
    }

    /**
     * Scales vectors to length 1 or leaves them.
     *
     * @param scaled whether to divide by the norm
     * @return settings that differ in this
     */
    public SentenceSettings withNormalize(boolean scaled) {
        return new SentenceSettings(
                pooling, scaled, prompt, queryPrompt, passagePrompt, lowerCase, dense);
    }

    /**
     * Changes prompts.
     *
     * @param plain that of a text that is neither a query nor a passage
     * @param query that of what is searched for
     * @param passage that of what is found
     * @return settings that differ in this
     */
    public SentenceSettings withPrompts(String plain, String query, String passage) {
        return new SentenceSettings(pooling, normalize, plain, query, passage, lowerCase, dense);
    }

    /**
     * Replaces the prompts of queries and passages by those that are given, or by those of the
     * model's files that have such a name.
     *
     * @throws IOException if a file is malformed, or the model's pooling leaves prompts out
     */
    @Internal
    public SentenceSettings prompted(
            ModelDirectory model, Optional<String> query, Optional<String> passage)
            throws IOException {
        return new SentenceFiles(model).prompted(this, query, passage);
    }

    /** Puts other dense layers behind the pooling. */
    @Internal
    public SentenceSettings withDense(List<SentenceDense> layers) {
        return new SentenceSettings(
                pooling, normalize, prompt, queryPrompt, passagePrompt, lowerCase, layers);
    }

    /** Copies the weights of dense layers to where {@link #files} describes them. */
    @Internal
    public void copyDense(Path folder) throws IOException {
        SentenceFiles.copyDense(dense, folder);
    }

    /**
     * Makes what is encoded of a text that is neither a query nor a passage.
     *
     * @return the text after its prompt
     */
    public String plain(String text) {
        return cased(prompt + text);
    }

    /**
     * Makes what is encoded of what is searched for.
     *
     * @return the text after its prompt
     */
    public String query(String text) {
        return cased(queryPrompt + text);
    }

    /**
     * Makes what is encoded of what is found.
     *
     * @return the text after its prompt
     */
    public String passage(String text) {
        return cased(passagePrompt + text);
    }

    private String cased(String text) {
        return lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    }
}
