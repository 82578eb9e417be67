/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.Locale;
import java.util.Optional;
import org.djladapters.io.Internal;

/**
 * The configuration of a head for a model that gives features. Pooled features go through a hidden
 * layer, if there is one, and a linear layer gives the outputs: (B, outputs), or (B, T, outputs)
 * for the T positions of a sequence without {@linkplain Pooling#NONE pooling}.
 *
 * <p>Where the texts of pairs are encoded one by one ({@link PairEncoding#BI}), a batch of B pairs
 * has 2 B rows, the first text of a pair and then the second, and the layers take \((u, v, |u - v|,
 * u \odot v)\) of what is pooled of the two, after <a
 * href="https://arxiv.org/abs/1908.10084">Reimers and Gurevych</a>, section 3.
 *
 * @param outputs the number of classes, or of predicted numbers
 * @param pooling how the hidden states of a sequence become one vector, if they do
 * @param hidden what follows a linear layer of the vector's width between pooling and outputs;
 *     empty for no such layer
 * @param classifier whether this is the classifier of HuggingFace's models of the base model's
 *     type, as which a checkpoint keeps it, so that PEFT reads it; otherwise it is a head of this
 *     project
 * @param pairs how pairs of texts are encoded
 */
public record HeadConfig(
        int outputs,
        Pooling pooling,
        Optional<Activation> hidden,
        boolean classifier,
        PairEncoding pairs) {

    /** How the hidden states of a sequence become one vector. */
    public enum Pooling {
        /** The mean over the positions that the attention mask marks; over all if there is none. */
        MEAN,
        /** The first position. */
        CLS,
        /** The first position, and after it the mean over all others that the mask marks. */
        CLS_MEAN,
        /** The output of the model's own pooler, computed from the first position. */
        POOLER,
        /** None: every position keeps its vector and has outputs of its own. */
        NONE,
        /**
         * None, for two outputs that become an array each, {@code start_logits} and {@code
         * end_logits} of shape (B, T): how likely an answer starts and ends at every position.
         */
        SPAN;

        /** The lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a pair of texts goes through the model. */
    public enum PairEncoding {
        /** Both as one sequence, in which every token sees those of the other text. */
        CROSS,
        /** Each alone, as models were trained that give a text a vector. */
        BI;

        /** The lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The function after a hidden layer. */
    public enum Activation {
        /** The hyperbolic tangent. */
        TANH,
        /** The positive part. */
        RELU,
        /** x &Phi;(x) with the distribution function of the normal distribution. */
        GELU;

        /** The lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the number of outputs. */
    public HeadConfig {
        if (outputs < 1) {
            throw new IllegalArgumentException("A head needs at least one output, got " + outputs);
        }
        if (pooling == Pooling.SPAN && outputs != 2) {
            throw new IllegalArgumentException(
                    "A head for spans has two outputs, start and end, not " + outputs);
        }
        if (pairs == PairEncoding.BI && (pooling == Pooling.NONE || pooling == Pooling.SPAN)) {
            throw new IllegalArgumentException(
                    "A head that compares two texts needs a vector for each; choose a pooling");
        }
    }

    /**
     * Tells whether every position has outputs of its own.
     *
     * @return true without pooling
     */
    public boolean hasPositions() {
        return pooling == Pooling.NONE || pooling == Pooling.SPAN;
    }

    /**
     * A head of one linear layer.
     *
     * @param outputs the number of classes, or of predicted numbers
     * @param pooling how the hidden states of a sequence become one vector
     */
    public HeadConfig(int outputs, Pooling pooling) {
        this(outputs, pooling, PairEncoding.CROSS);
    }

    /**
     * A head of one linear layer.
     *
     * @param outputs the number of classes, or of predicted numbers
     * @param pooling how the hidden states of a sequence become one vector
     * @param pairs how pairs of texts are encoded
     */
    public HeadConfig(int outputs, Pooling pooling, PairEncoding pairs) {
        this(outputs, pooling, Optional.empty(), false, pairs);
    }

    /** Returns how many vectors of the model's width the head's first layer takes as one. */
    @Internal
    public int vectors() {
        int pooled = pooling == Pooling.CLS_MEAN ? 2 : 1;
        return pairs == PairEncoding.BI ? 4 * pooled : pooled;
    }
}
