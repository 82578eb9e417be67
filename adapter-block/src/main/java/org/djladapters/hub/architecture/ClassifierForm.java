/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.util.Arrays;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.Activation;
import org.djladapters.adapter.HeadConfig.Pooling;
import org.djladapters.io.JsonFields;

/**
 * The layers that transformers puts on the encoders of a family to classify whole texts or images.
 *
 * @param encoder the module that holds the encoder
 * @param pooling how the last hidden states become one vector
 * @param hidden the module of the hidden layer, null for none
 * @param activation what follows the hidden layer; null if the configuration tells
 * @param output the module that gives the logits
 * @param images whether images are classified; the encoders of text have other classifiers too,
 *     such as those of tokens
 */
public record ClassifierForm(
        String encoder,
        Pooling pooling,
        String hidden,
        Activation activation,
        String output,
        boolean images) {

    private static final String CLASSIFIER = "classifier";

    static ClassifierForm text(String encoder, String hidden, Activation activation) {
        return new ClassifierForm(encoder, Pooling.CLS, hidden, activation, CLASSIFIER, false);
    }

    /** Returns a classifier with two layers of its own, as that of RoBERTa. */
    static ClassifierForm dense(String encoder, Activation activation) {
        return new ClassifierForm(
                encoder, Pooling.CLS, "classifier.dense", activation, "classifier.out_proj", false);
    }

    static ClassifierForm images(String encoder, Pooling pooling) {
        return new ClassifierForm(encoder, pooling, null, null, CLASSIFIER, true);
    }

    /** Tells whether the hidden layer is the encoder's own, which exports may leave out. */
    public boolean isPooledByEncoder() {
        return hidden != null && hidden.startsWith(encoder + ".");
    }

    /**
     * Tells whether a head has the layers of this classifier, whatever function is between them.
     */
    public boolean hasShape(HeadConfig head) {
        boolean layer = head.hidden().isPresent();
        return head.pooling() == Pooling.POOLER
                ? (isPooledByEncoder() || pooling == Pooling.POOLER) && !layer
                : head.pooling() == pooling && layer == (hidden != null);
    }

    /** Returns the function after the hidden layer; one that no head computes is refused. */
    public Activation activationOf(JsonFields config) throws IOException {
        if (activation != null) {
            return activation;
        }
        String name = config.string("pooler_hidden_act", "gelu");
        return Arrays.stream(Activation.values())
                .filter(known -> known.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                config.invalid(
                                        "names the function "
                                                + quote(name)
                                                + " as pooler_hidden_act, which no head here"
                                                + " computes; export the classifier that the"
                                                + " adapter was trained on, with its head"
                                                + " (examples/export/export_model.py), and load it"
                                                + " there"));
    }
}
