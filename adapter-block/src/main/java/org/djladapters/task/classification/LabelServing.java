/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.huggingface.translator.TextClassificationTranslatorFactory;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory;
import ai.djl.modality.cv.translator.ImageFeatureExtractorFactory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.task.kind.MergedServing;

/** Finds the translator of DJL that suits an exported model of classes or numbers best. */
final class LabelServing {

    private LabelServing() {}

    /** Finds the translator of DJL that suits a task best. */
    static MergedServing of(LabelTask task, ModelDirectory directory, List<String> inputNames)
            throws IOException {
        boolean number = task.kind() == TaskKind.REGRESSION;
        if (task.imageSize().isPresent()) {
            return ofImages(task.imageSize().getAsInt(), number, directory);
        }
        Map<String, String> properties =
                MergedServing.ofTexts(task.maxLength().orElseThrow(), inputNames);
        properties.put(MergedServing.FACTORY, TextClassificationTranslatorFactory.class.getName());
        if (task.pairs()) {
            // DJL's translator for pairs, whose sigmoid is left out
            properties.put("reranking", "true");
            properties.put("sigmoid", "false");
            return number
                    ? MergedServing.ofNumber(properties, "StringPair")
                    : new MergedServing(
                            properties,
                            "StringPair",
                            "float[]",
                            "the logits of " + task.labels().labels() + " in order",
                            "Classifications",
                            "classes with probabilities");
        }
        if (number) {
            // that for classes applies a sigmoid to a single output, that for vectors nothing
            properties.put("pooling", "cls");
            properties.put("normalize", "false");
            properties.put(MergedServing.FACTORY, TextEmbeddingTranslatorFactory.class.getName());
            return MergedServing.ofNumber(properties, "String");
        }
        return new MergedServing(properties, "String", "Classifications");
    }

    private static MergedServing ofImages(int size, boolean number, ModelDirectory directory)
            throws IOException {
        Map<String, String> properties = ImagePreprocessing.of(directory, size).serving();
        if (number) {
            properties.put(MergedServing.FACTORY, ImageFeatureExtractorFactory.class.getName());
            return MergedServing.ofNumber(properties, "Image");
        }
        properties.put("applySoftmax", "true");
        properties.put(MergedServing.FACTORY, ImageClassificationTranslatorFactory.class.getName());
        return new MergedServing(properties, "Image", "Classifications");
    }
}
