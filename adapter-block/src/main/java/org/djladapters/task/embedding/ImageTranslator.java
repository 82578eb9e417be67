/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.util.List;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskTranslator;

/**
 * Translates images to vectors of length 1: those that the model makes itself, as CLIP does, or the
 * hidden state of the first position.
 *
 * @param own whether the model makes vectors itself
 */
public record ImageTranslator(ImagePreprocessing preprocessing, boolean own)
        implements TaskTranslator<Image, float[]> {

    /** Makes the translator for a model of images. */
    public static ImageTranslator of(ModelDirectory model) throws IOException {
        return new ImageTranslator(ImagePreprocessing.of(model), model.traits().ownVector());
    }

    /** Tells whether a model without a task has vectors of images. */
    public static boolean givesVectors(TaskInputs inputs) {
        return inputs.inputNames().equals(List.of("pixel_values"))
                && !inputs.outputNames().contains(ModelOutputs.LOGITS);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<Image> images) {
        List<byte[]> pixels =
                images.stream()
                        .map(image -> preprocessing.pixels(image, context.getNDManager()))
                        .toList();
        return new NDList(preprocessing.toArray(context.getNDManager(), pixels));
    }

    @Override
    public List<float[]> batchProcessOutput(TranslatorContext context, NDList outputs) {
        NDArray found = own ? ModelOutputs.vectors(outputs) : TaskHead.hidden(outputs).get(":, 0");
        NDArray vectors = ModelOutputs.inFloat32(found).normalize(2, 1);
        return SentenceTranslator.rows(vectors);
    }
}
