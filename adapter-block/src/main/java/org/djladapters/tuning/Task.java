/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.djladapters.io.MalformedFileException;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.ModelDirectory;

/**
 * What an adapter predicts and from which inputs, as {@code labels.json} beside it says.
 *
 * @param labels the classes, or that numbers are predicted
 * @param maxLength the length to which texts are cut; empty for images
 * @param imageSize the side of images; empty for texts
 */
record Task(LabelSpace labels, OptionalInt maxLength, OptionalInt imageSize) {

    static final String FILE = "labels.json";

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** The entries of the file. */
    private record Content(
            String task,
            List<String> labels,
            @SerializedName("max_length") Integer maxLength,
            @SerializedName("image_size") Integer imageSize) {}

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

    /** Reads the description beside an adapter. */
    static Task read(Path adapterDirectory) throws IOException {
        Path file = adapterDirectory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which tells the labels of the adapter's"
                                    + " task: was the adapter fine-tuned with this library?")
                            .formatted(adapterDirectory, FILE));
        }
        try {
            Content content = GSON.fromJson(Files.readString(file), Content.class);
            if (content == null || content.task() == null) {
                throw new MalformedFileException(file, "it does not name its task");
            }
            return of(file, content);
        } catch (JsonParseException | CharacterCodingException e) {
            throw new MalformedFileException(file, "it is not JSON: " + e.getMessage(), e);
        }
    }

    private static Task of(Path file, Content content) throws IOException {
        try {
            TaskKind kind = TaskKind.valueOf(content.task().toUpperCase(Locale.ROOT));
            List<String> labels = content.labels() == null ? List.of() : content.labels();
            return new Task(
                    new LabelSpace(kind, labels),
                    optional(content.maxLength()),
                    optional(content.imageSize()));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new MalformedFileException(
                    file,
                    "its task is neither a classification with labels nor a regression: "
                            + e.getMessage(),
                    e);
        }
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    String toJson() {
        Content content =
                new Content(
                        labels.kind().name().toLowerCase(Locale.ROOT),
                        labels.labels(),
                        maxLength.isPresent() ? maxLength.getAsInt() : null,
                        imageSize.isPresent() ? imageSize.getAsInt() : null);
        return GSON.toJson(content) + "\n";
    }

    /**
     * Makes batches for a model.
     *
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     */
    TaskDataset dataset(
            AdaptedModel model, LabelledData data, int batchSize, OptionalLong shuffleSeed)
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
