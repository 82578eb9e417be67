/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenEncoder;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;

/**
 * The makers of a model's inputs for the translators of its tasks. They share tokenizers, which are
 * opened on first use and closed with the owner.
 */
public final class TaskInputs {

    private final ModelDirectory directory;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final NDManager owner;
    private final Map<Integer, TextEncoder> encoders = new HashMap<>();
    private HuggingFaceTokenizer untruncated;
    private HuggingFaceTokenizer serving;

    /** Tokenizers take megabytes, and a model may serve a thousand adapters. */
    private static final Map<AdaptedModel, TaskInputs> OF_MODELS =
            Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Describes a model.
     *
     * @param outputNames the names of the model's own outputs, none if it gives none
     * @param owner closes the tokenizers
     */
    public TaskInputs(
            ModelDirectory directory,
            List<String> inputNames,
            List<String> outputNames,
            NDManager owner) {
        this.directory = directory;
        this.inputNames = List.copyOf(inputNames);
        this.outputNames = List.copyOf(outputNames);
        this.owner = owner;
    }

    /**
     * Returns the inputs that all tasks of a model share, closed with the model.
     *
     * @param model a model that was opened from a directory
     */
    public static TaskInputs of(AdaptedModel model) {
        return OF_MODELS.computeIfAbsent(
                model,
                m ->
                        new TaskInputs(
                                m.directory().orElseThrow(),
                                m.inputNames(),
                                m.outputNames(),
                                m.model().getNDManager()));
    }

    /** Returns the directory of a model, which tells how inputs are made. */
    public static ModelDirectory directory(AdaptedModel model) {
        if (model.directory().isEmpty()) {
            throw new IllegalArgumentException(
                    "Only a model opened from a directory can be fine-tuned on files, since the"
                            + " directory says how inputs are made; train native Blocks with"
                            + " newTrainer");
        }
        return model.directory().get();
    }

    /** Returns the model's description. */
    public ModelDirectory directory() {
        return directory;
    }

    /** Returns the model's inputs in their order. */
    public List<String> inputNames() {
        return inputNames;
    }

    /** Returns the names of the model's own outputs, none if it gives none. */
    public List<String> outputNames() {
        return outputNames;
    }

    /** Returns the maker of a model's inputs from encoded texts. */
    public TextInputs texts() throws IOException {
        return TextInputs.of(directory, inputNames);
    }

    /** Returns the encoder that parts texts into windows for questions. */
    public AnswerEncoder answers(int maxLength, int stride) throws IOException {
        return new AnswerEncoder(untruncated(), maxLength, stride);
    }

    /** Returns the encoder that parts texts into pieces of a length, for predictions of words. */
    public TokenEncoder tokens(int maxLength) throws IOException {
        return new TokenEncoder(untruncated(), maxLength);
    }

    private synchronized HuggingFaceTokenizer untruncated() throws IOException {
        if (untruncated == null) {
            untruncated = TextEncoder.untruncated(directory, owner);
        }
        return untruncated;
    }

    /** Returns the encoder that truncates texts to a length. */
    public synchronized TextEncoder encoder(int maxLength) throws IOException {
        TextEncoder encoder = encoders.get(maxLength);
        if (encoder == null) {
            encoder = TextEncoder.open(directory, maxLength, owner);
            encoders.put(maxLength, encoder);
        }
        return encoder;
    }

    /** Returns the tokenizer as {@code serving.properties} describes it. */
    public synchronized HuggingFaceTokenizer serving() throws IOException {
        if (serving == null) {
            TokenizerFile.checkIn(directory.path());
            serving =
                    HuggingFaceTokenizer.builder(directory.servingArguments())
                            .optTokenizerPath(directory.path())
                            .optManager(owner)
                            .build();
        }
        return serving;
    }
}
