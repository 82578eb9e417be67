/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskInputs;

/**
 * Classes of images without training: a model of texts and images, such as CLIP, says how well an
 * image fits a text for each class, {@code a photo of a cat} for example.
 *
 * <p>The probabilities of CLIP are the softmax of its logits over the texts, those of SigLIP the
 * sigmoid of each. The active adapters count. Safe for several threads.
 */
public final class ZeroShotImages {

    private static final String PIXELS = "pixel_values";
    private static final String LOGITS = "logits_per_image";

    /** The input that only models have whose texts were not filled up, which learned by softmax. */
    private static final String MASK = "attention_mask";

    private final AdaptedModel model;
    private final List<String> texts;
    private final TextInputs inputs;
    private final List<TextEncoder.Tokens> tokens;
    private final ImagePreprocessing preprocessing;

    private ZeroShotImages(AdaptedModel model, List<String> texts) throws IOException {
        this.model = model;
        this.texts = List.copyOf(texts);
        ModelDirectory whole = TaskInputs.directory(model);
        ModelDirectory reading = whole.tower(ModelTower.TEXT);
        preprocessing = ImagePreprocessing.of(whole.tower(ModelTower.IMAGE));
        inputs =
                TextInputs.of(
                        reading,
                        model.inputNames().stream().filter(name -> !name.equals(PIXELS)).toList());
        SentenceSettings settings = SentenceSettings.of(reading, note -> {});
        tokens = new ArrayList<>();
        try (TextEncoder encoder =
                TextEncoder.open(reading, reading.maxPositions().orElseThrow())) {
            for (String text : texts) {
                tokens.add(encoder.encode(settings.plain(text), null));
            }
        }
    }

    /**
     * Prepares classes.
     *
     * @param model a model of texts and images, opened whole; it is not closed with this
     * @param texts a text for each class
     * @throws IOException if the tokenizer or a description is missing or malformed
     * @throws IllegalArgumentException if the model does not compare texts with images, or there
     *     are too few texts
     */
    public static ZeroShotImages of(AdaptedModel model, List<String> texts) throws IOException {
        if (!model.inputNames().contains("input_ids") || !model.inputNames().contains(PIXELS)) {
            throw new IllegalArgumentException(
                    ("The model has the inputs %s and does not compare texts with images; open CLIP"
                                    + " or SigLIP, not one tower of it")
                            .formatted(model.inputNames()));
        }
        if (texts.isEmpty() || (texts.size() == 1 && !judgesApart(model))) {
            throw new IllegalArgumentException(
                    "Give a text for each of at least two classes; the probabilities of this model"
                            + " have the sum 1");
        }
        return new ZeroShotImages(model, texts);
    }

    /**
     * Predicts classes, with a pass of the model for all images.
     *
     * @param images the images
     * @return for each image a probability for each text
     */
    public List<Classifications> predict(List<Image> images) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            NDList arrays = new NDList();
            NDList words = inputs.create(scope, tokens);
            int word = 0;
            for (String name : model.inputNames()) {
                arrays.add(name.equals(PIXELS) ? pixels(images, scope) : words.get(word++));
            }
            NDList outputs = model.predict(arrays);
            outputs.attach(scope);
            NDArray logits = ModelOutputs.inFloat32(outputs.get(LOGITS));
            ModelOutputs.requireFinite(logits);
            return named(judgesApart(model) ? Activation.sigmoid(logits) : logits.softmax(1));
        }
    }

    /** Tells whether a model judges each class by itself, as SigLIP does, which reads no mask. */
    private static boolean judgesApart(AdaptedModel model) {
        return !model.inputNames().contains(MASK);
    }

    private NDArray pixels(List<Image> images, NDManager scope) {
        List<byte[]> pixels =
                images.stream().map(image -> preprocessing.pixels(image, scope)).toList();
        return preprocessing.toArray(scope, pixels);
    }

    private List<Classifications> named(NDArray probabilities) {
        float[] all = probabilities.toFloatArray();
        List<Classifications> results = new ArrayList<>();
        for (int start = 0; start < all.length; start += texts.size()) {
            List<Double> row = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                row.add((double) all[start + i]);
            }
            results.add(new Classifications(texts, row));
        }
        return results;
    }
}
