/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskTranslator;
import org.djladapters.task.kind.TypedTranslator;

/** The translators of classes and numbers, from texts, pairs of texts or images. */
public final class LabelTranslators {

    private LabelTranslators() {}

    static List<TypedTranslator> of(LabelTask task, TaskInputs inputs) {
        Class<?> result = task.kind() == TaskKind.REGRESSION ? Float.class : Classifications.class;
        return of(task, inputs, result, logits -> results(task.labels(), logits));
    }

    /**
     * Returns the translators of a task with results of its own.
     *
     * @param reader makes the results of finite logits, float32 of shape (B, outputs)
     */
    public static List<TypedTranslator> of(
            LabelTask task,
            TaskInputs inputs,
            Class<?> result,
            TaskTranslator.Results<Object> reader) {
        TaskTranslator.Results<Object> results =
                logits -> {
                    requireFitting(task.labels(), logits);
                    return reader.of(logits);
                };
        if (task.imageSize().isPresent()) {
            return List.of(
                    new TypedTranslator(Image.class, result, () -> images(task, inputs, results)));
        }
        BiFunction<TextEncoder, StringPair, List<TextEncoder.Tokens>> pair =
                (encoder, texts) ->
                        encoder.encode(texts.getKey(), texts.getValue(), task.pairEncoding());
        BiFunction<TextEncoder, String, List<TextEncoder.Tokens>> single =
                (encoder, text) -> List.of(encoder.encode(text, null));
        TypedTranslator pairs =
                new TypedTranslator(
                        StringPair.class, result, () -> texts(task, inputs, pair, results));
        return task.separate()
                ? List.of(pairs)
                : List.of(
                        new TypedTranslator(
                                String.class, result, () -> texts(task, inputs, single, results)),
                        pairs);
    }

    private static Translator<Image, Object> images(
            LabelTask images, TaskInputs inputs, TaskTranslator.Results<Object> results)
            throws IOException {
        ImagePreprocessing preprocessing =
                ImagePreprocessing.of(inputs.directory(), images.imageSize().orElseThrow());
        return TaskTranslator.of(
                (manager, batch) -> {
                    List<byte[]> pixels =
                            batch.stream().map(i -> preprocessing.pixels(i, manager)).toList();
                    return new NDList(preprocessing.toArray(manager, pixels));
                },
                results);
    }

    private static <T> Translator<T, Object> texts(
            LabelTask texts,
            TaskInputs inputs,
            BiFunction<TextEncoder, T, List<TextEncoder.Tokens>> encode,
            TaskTranslator.Results<Object> results)
            throws IOException {
        TextInputs arrays = inputs.texts();
        TextEncoder encoder = inputs.encoder(texts.maxLength().orElseThrow());
        return TaskTranslator.of(
                (manager, batch) ->
                        arrays.create(
                                manager,
                                batch.stream()
                                        .flatMap(text -> encode.apply(encoder, text).stream())
                                        .toList()),
                results);
    }

    private static void requireFitting(LabelSpace labels, NDArray logits) {
        Shape shape = logits.getShape();
        if (shape.dimension() != 2 || shape.get(1) != labels.outputs()) {
            throw new IllegalStateException(
                    ("The model returns an array of shape %s, but the task needs %d outputs per"
                                    + " input; the adapter or its labels belong to another model")
                            .formatted(shape, labels.outputs()));
        }
        ModelOutputs.requireFinite(logits);
    }

    private static List<Object> results(LabelSpace labels, NDArray logits) {
        if (labels.kind() != TaskKind.REGRESSION) {
            return classes(labels, logits.softmax(1));
        }
        List<Object> results = new ArrayList<>();
        for (float value : logits.toFloatArray()) {
            results.add(value);
        }
        return results;
    }

    private static List<Object> classes(LabelSpace labels, NDArray array) {
        List<String> classes = labels.labels();
        List<Object> results = new ArrayList<>();
        float[] probabilities = array.toFloatArray();
        for (int start = 0; start < probabilities.length; start += classes.size()) {
            List<Double> row = new ArrayList<>();
            for (int i = 0; i < classes.size(); i++) {
                row.add((double) probabilities[start + i]);
            }
            results.add(new Classifications(classes, row));
        }
        return results;
    }
}
