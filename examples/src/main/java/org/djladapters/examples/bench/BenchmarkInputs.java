/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;

/**
 * Random inputs for a model: token ids for text, in sequences of one length without padding, or
 * pixels for images.
 *
 * @param batch inputs of a training step, with random values as labels for every output
 * @param small the smallest input that the model takes
 * @param length the number of tokens of a sequence, empty for images
 * @param imageSize the side of images in pixels, empty for text
 */
record BenchmarkInputs(Batch batch, NDList small, OptionalInt length, OptionalInt imageSize)
        implements AutoCloseable {

    private static final int DEFAULT_LENGTH = 64;
    private static final long SEED = 42;

    /**
     * Draws inputs.
     *
     * @param length the number of tokens; empty for images and for the default
     * @throws IllegalArgumentException if the model takes neither text nor images, or has fewer
     *     positions
     */
    static BenchmarkInputs draw(AdaptedModel model, int batchSize, OptionalInt length)
            throws IOException {
        return draw(
                TaskInputs.directory(model),
                model.inputNames(),
                batchSize,
                length,
                model.model().getNDManager(),
                rows -> predictBase(model, rows));
    }

    private static NDList predictBase(AdaptedModel model, NDList rows) {
        AdaptedModel.Scope baseOnly = model.disable();
        try (baseOnly) {
            return model.predict(rows);
        }
    }

    /** Draws inputs for a model that DJL alone has opened, likewise. */
    static BenchmarkInputs draw(
            ModelDirectory directory,
            List<String> names,
            int batchSize,
            OptionalInt length,
            NDManager owner,
            UnaryOperator<NDList> prediction)
            throws IOException {
        boolean images = names.equals(List.of("pixel_values"));
        if (images && length.isPresent()) {
            throw new IllegalArgumentException(
                    "The model takes images (pixel_values), which have no length in tokens; leave"
                            + " the length out");
        }
        OptionalInt tokens = images ? length : OptionalInt.of(tokens(directory, names, length));
        OptionalInt side =
                images
                        ? OptionalInt.of(ImagePreprocessing.of(directory).size())
                        : OptionalInt.empty();
        NDManager manager = owner.newSubManager();
        try {
            Random random = new Random(SEED);
            NDList inputs =
                    images
                            ? new NDList(pixels(batchSize, side.getAsInt(), random, manager))
                            : text(
                                    directory,
                                    names,
                                    new Shape(batchSize, tokens.getAsInt()),
                                    random,
                                    manager);
            NDList small = TaskHead.smallInput(names, side.orElse(0), manager);
            NDList labels = new NDList(labels(prediction, inputs, random, manager));
            Batch batch =
                    new Batch(
                            manager,
                            inputs,
                            labels,
                            batchSize,
                            Batchifier.STACK,
                            Batchifier.STACK,
                            0,
                            1);
            return new BenchmarkInputs(batch, small, tokens, side);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static int tokens(ModelDirectory directory, List<String> names, OptionalInt length)
            throws IOException {
        TextInputs.check(names);
        int tokens = length.orElse(DEFAULT_LENGTH);
        OptionalInt positions = directory.maxPositions();
        if (positions.isPresent() && tokens > positions.getAsInt()) {
            throw new IllegalArgumentException(
                    "The length %d exceeds the %d positions of model '%s'"
                            .formatted(tokens, positions.getAsInt(), directory.path()));
        }
        return tokens;
    }

    private static NDArray pixels(int batchSize, int side, Random random, NDManager manager) {
        return normal(new Shape(batchSize, 3, side, side), random, manager);
    }

    private static NDList text(
            ModelDirectory directory,
            List<String> names,
            Shape shape,
            Random random,
            NDManager manager)
            throws IOException {
        int vocabulary =
                directory
                        .vocabularySize()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                ("'%s' lacks vocab_size, the size of the vocabulary"
                                                                + " from which tokens are drawn")
                                                        .formatted(
                                                                directory
                                                                        .path()
                                                                        .resolve("config.json"))));
        NDList inputs = new NDList();
        for (String name : names) {
            long[] values = new long[Math.toIntExact(shape.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        switch (name) {
                            case "input_ids" -> random.nextInt(vocabulary);
                            case "attention_mask" -> 1;
                            default -> 0;
                        };
            }
            inputs.add(manager.create(values, shape));
        }
        return inputs;
    }

    /** Draws values of the shape of the outputs, so that no gradient vanishes. */
    private static NDArray labels(
            UnaryOperator<NDList> prediction, NDList inputs, Random random, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDList outputs = prediction.apply(inputs);
            outputs.attach(scope);
            return normal(ModelOutputs.logits(outputs).getShape(), random, manager);
        }
    }

    /** Draws float32 values from the normal distribution. */
    static NDArray normal(Shape shape, Random random, NDManager manager) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, shape);
    }

    @Override
    public void close() {
        batch.close();
    }
}
