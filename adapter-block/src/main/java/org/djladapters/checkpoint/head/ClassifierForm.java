/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.Activation;
import org.djladapters.adapter.HeadConfig.Pooling;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.MalformedFileException;

/**
 * What HuggingFace puts on the encoders of a type to classify whole texts or images.
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

    /**
     * Returns the form that models of a type have.
     *
     * @param modelType {@code model_type} of their configuration
     * @return the form, empty if nothing is known of the type
     */
    public static Optional<ClassifierForm> of(String modelType) {
        return Optional.ofNullable(
                switch (modelType) {
                    case "bert" -> text("bert", "bert.pooler.dense", Activation.TANH, CLASSIFIER);
                    case "albert" -> text("albert", "albert.pooler", Activation.TANH, CLASSIFIER);
                    case "distilbert" ->
                            text("distilbert", "pre_classifier", Activation.RELU, CLASSIFIER);
                    case "roberta", "xlm-roberta", "camembert" -> dense("roberta", Activation.TANH);
                    case "mpnet" -> dense("mpnet", Activation.TANH);
                    case "electra" -> dense("electra", Activation.GELU);
                    case "deberta", "deberta-v2" ->
                            text("deberta", "pooler.dense", null, CLASSIFIER);
                    case "vit" -> images("vit", Pooling.CLS);
                    case "dinov2" -> images("dinov2", Pooling.CLS_MEAN);
                    default -> null;
                });
    }

    /**
     * Returns the linear layer that transformers' encoders of a type have behind their hidden
     * states, whatever the model at hand has.
     *
     * @param modelType {@code model_type} of their configuration
     * @return the path of the module in the encoder, empty if they have none
     */
    public static Optional<String> pooler(String modelType) {
        return switch (modelType) {
            case "bert", "roberta", "xlm-roberta", "camembert", "mpnet", "vit" ->
                    Optional.of("pooler.dense");
            case "albert" -> Optional.of("pooler");
            default -> Optional.empty();
        };
    }

    private static ClassifierForm text(
            String encoder, String hidden, Activation activation, String output) {
        return new ClassifierForm(encoder, Pooling.CLS, hidden, activation, output, false);
    }

    private static ClassifierForm dense(String encoder, Activation activation) {
        return text(encoder, "classifier.dense", activation, "classifier.out_proj");
    }

    private static ClassifierForm images(String encoder, Pooling pooling) {
        return new ClassifierForm(encoder, pooling, null, null, CLASSIFIER, true);
    }

    /**
     * Tells whether the hidden layer is the encoder's own, which exports may leave out.
     *
     * @return true if it is a module of the encoder
     */
    public boolean isPooledByEncoder() {
        return hidden != null && hidden.startsWith(encoder + ".");
    }

    /**
     * Tells whether a head has the layers of this classifier, whatever function is between them.
     *
     * @param head the head
     * @return true if it pools alike and has a hidden layer where this has one
     */
    public boolean hasShape(HeadConfig head) {
        boolean layer = head.hidden().isPresent();
        return head.pooling() == Pooling.POOLER
                ? isPooledByEncoder() && !layer
                : head.pooling() == pooling && layer == (hidden != null);
    }

    /**
     * Returns the function after the hidden layer of a model.
     *
     * @param directory the model
     * @return the function
     * @throws IOException if its configuration names one that no head computes
     */
    public Activation activationOf(ModelDirectory directory) throws IOException {
        if (activation != null) {
            return activation;
        }
        JsonElement word =
                directory.json("config.json").map(c -> c.get("pooler_hidden_act")).orElse(null);
        String name =
                word == null || word.isJsonNull() ? "gelu" : word.toString().replace("\"", "");
        return Arrays.stream(Activation.values())
                .filter(known -> known.toString().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new MalformedFileException(
                                        directory.path().resolve("config.json"),
                                        "names the function "
                                                + quote(name)
                                                + " as pooler_hidden_act, which no head here"
                                                + " computes; export the classifier that the"
                                                + " adapter was trained on, with its head"
                                                + " (examples/export/export_model.py), and load it"
                                                + " there"));
    }
}
