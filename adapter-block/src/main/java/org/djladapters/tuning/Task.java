/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.ModelDirectory;

/**
 * What an adapter predicts and from which inputs, as the files beside it tell.
 *
 * @param labels the classes, or that numbers are predicted
 * @param maxLength the length to which texts are cut; empty for images
 * @param imageSize the side of images; empty for texts
 */
record Task(LabelSpace labels, OptionalInt maxLength, OptionalInt imageSize) {

    static final String MAX_LENGTH = "max_length";
    static final String IMAGE_SIZE = "image_size";

    /** Describes texts, cut to the given length or to that which suits the model. */
    static Task ofText(LabelSpace labels, ModelDirectory model, OptionalInt maxLength)
            throws IOException {
        int length = TextEncoder.maxLength(model, maxLength);
        return new Task(labels, OptionalInt.of(length), OptionalInt.empty());
    }

    /** Describes images of the given size or of that which suits the model. */
    static Task ofImages(LabelSpace labels, ModelDirectory model, OptionalInt imageSize)
            throws IOException {
        ImagePreprocessing preprocessing =
                imageSize.isPresent()
                        ? ImagePreprocessing.of(model, imageSize.getAsInt())
                        : ImagePreprocessing.of(model);
        return new Task(labels, OptionalInt.empty(), OptionalInt.of(preprocessing.size()));
    }

    /**
     * Reads what a run has left beside its adapter. Where the run's record is missing, inputs are
     * as suits the model.
     */
    static Task read(Path adapterDirectory, ModelDirectory model) throws IOException {
        if (!Files.isRegularFile(adapterDirectory.resolve(AdapterDirectory.LABELS))) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which tells the classes of the adapter's"
                                    + " task: give the output of a fine-tuning run")
                            .formatted(adapterDirectory, AdapterDirectory.LABELS));
        }
        List<String> classes = AdapterDirectory.labels(adapterDirectory);
        TaskKind kind = classes.isEmpty() ? TaskKind.REGRESSION : TaskKind.CLASSIFICATION;
        Path record = adapterDirectory.resolve(AdapterDirectory.PROVENANCE);
        Map<String, String> options =
                Files.exists(record) ? Provenance.read(record).options() : Map.of();
        try {
            LabelSpace labels = new LabelSpace(kind, classes);
            return model.imageSize().isPresent() || options.containsKey(IMAGE_SIZE)
                    ? ofImages(labels, model, number(options, IMAGE_SIZE))
                    : ofText(labels, model, number(options, MAX_LENGTH));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "Adapter directory '%s' does not fit the model: %s"
                            .formatted(adapterDirectory, e.getMessage()),
                    e);
        }
    }

    private static OptionalInt number(Map<String, String> options, String name) {
        String value = options.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    /** Returns the options that {@link #read} needs, for the run's record. */
    Map<String, Integer> options() {
        return maxLength.isPresent()
                ? Map.of(MAX_LENGTH, maxLength.getAsInt())
                : Map.of(IMAGE_SIZE, imageSize.orElseThrow());
    }

    /**
     * Makes batches for a model.
     *
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @param augmentations change the images of shuffled batches
     */
    TaskDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations)
            throws IOException {
        ModelDirectory directory = directory(model);
        if (data instanceof TextData text) {
            return common(TextDataset.builder(), batchSize, shuffleSeed)
                    .setData(text)
                    .setModel(directory)
                    .setInputs(model.inputNames())
                    .optMaxLength(maxLength.orElseThrow(() -> otherInputs("images", data)))
                    .build();
        }
        requireImages(model, data);
        int size = imageSize.orElseThrow(() -> otherInputs("texts", data));
        return common(ImageDataset.builder(), batchSize, shuffleSeed)
                .setData((ImageFolder) data)
                .setPreprocessing(ImagePreprocessing.of(directory, size))
                .optAugment(augmentations)
                .build();
    }

    private <B extends TaskDataset.BaseBuilder<B>> B common(
            B builder, int batchSize, OptionalLong shuffleSeed) {
        builder.setLabelSpace(labels).optBatchSize(batchSize);
        shuffleSeed.ifPresent(builder::optShuffle);
        return builder;
    }

    /** The directory of a model, which tells how inputs are made. */
    static ModelDirectory directory(AdaptedModel model) {
        return model.directory()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "Only a model opened from a directory can be fine-tuned on"
                                                + " files, since that tells how inputs are made;"
                                                + " train native Blocks with newTrainer"));
    }

    /** Refuses images for a model with other inputs. */
    static void requireImages(AdaptedModel model, LabelledData data) {
        if (!model.inputNames().equals(List.of("pixel_values"))) {
            throw new IllegalArgumentException(
                    "'%s' holds images, but the model has the inputs %s"
                            .formatted(data.source(), model.inputNames()));
        }
    }

    private static IllegalArgumentException otherInputs(String trained, LabelledData data) {
        return new IllegalArgumentException(
                "The adapter was trained on %s, which '%s' does not hold"
                        .formatted(trained, data.source()));
    }
}
