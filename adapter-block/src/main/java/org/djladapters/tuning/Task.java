/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.nn.Parameter;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.ModelDirectory;

/**
 * What an adapter predicts and from which inputs, as the files beside it tell.
 *
 * @param labels the classes, or that numbers are predicted
 * @param maxLength the length to which texts are cut; empty for images
 * @param imageSize the side of images; empty for texts
 */
record Task(LabelSpace labels, OptionalInt maxLength, OptionalInt imageSize) implements Objective {

    static final String KIND = "task";
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
     * Reads what a run has left beside its adapter, as {@link #find}.
     *
     * @throws IOException also if the adapter has no task
     */
    static Task read(Path adapterDirectory, ModelDirectory model) throws IOException {
        return find(adapterDirectory, model)
                .orElseThrow(
                        () ->
                                new IOException(
                                        ("Adapter directory '%s' has no %s, which tells the classes"
                                                        + " of the adapter's task: give the output"
                                                        + " of a fine-tuning run")
                                                .formatted(
                                                        adapterDirectory,
                                                        AdapterDirectory.LABELS)));
    }

    /**
     * Reads what a run has left beside its adapter. Where the run's record is missing, inputs are
     * as suits the model; where the adapter does not tell its classes, they are those of the
     * model's own head.
     *
     * @return the task; nothing if neither the adapter nor the model predicts labels
     */
    static Optional<Task> find(Path adapterDirectory, ModelDirectory model) throws IOException {
        Optional<List<String>> known = AdapterDirectory.labels(adapterDirectory, model);
        if (known.isEmpty() && isClassifier(model)) {
            known = Optional.of(model.labels());
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        List<String> classes = known.get();
        TaskKind kind = classes.isEmpty() ? TaskKind.REGRESSION : TaskKind.CLASSIFICATION;
        Map<String, String> options = recorded(adapterDirectory);
        try {
            LabelSpace labels = new LabelSpace(kind, classes);
            return Optional.of(
                    model.imageSize().isPresent() || options.containsKey(IMAGE_SIZE)
                            ? ofImages(labels, model, number(options, IMAGE_SIZE))
                            : ofText(labels, model, number(options, MAX_LENGTH)));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "Adapter directory '%s' does not fit the model: %s"
                            .formatted(adapterDirectory, e.getMessage()),
                    e);
        }
    }

    /** Tells whether a model has a head of its own that classifies texts or images. */
    private static boolean isClassifier(ModelDirectory model) throws IOException {
        String translator = model.servingProperty("translatorFactory").orElse("");
        return (translator.endsWith(".TextClassificationTranslatorFactory")
                        || translator.endsWith(".ImageClassificationTranslatorFactory"))
                && model.labels().size() > 1;
    }

    /** Returns the options of the run that made an adapter, none if that is not known. */
    static Map<String, String> recorded(Path adapterDirectory) throws IOException {
        Path record = adapterDirectory.resolve(AdapterDirectory.PROVENANCE);
        return Files.exists(record) ? Provenance.read(record).options() : Map.of();
    }

    static OptionalInt number(Map<String, String> options, String name) {
        String value = options.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    @Override
    public TaskKind kind() {
        return labels.kind();
    }

    @Override
    public Map<String, Integer> options() {
        return maxLength.isPresent()
                ? Map.of(MAX_LENGTH, maxLength.getAsInt())
                : Map.of(IMAGE_SIZE, imageSize.orElseThrow());
    }

    @Override
    public Map<String, String> files() {
        return Map.of(AdapterDirectory.LABELS, AdapterDirectory.labelsText(labels.labels()));
    }

    @Override
    public Loss loss() {
        return labels.kind() == TaskKind.REGRESSION
                ? new SquaredError()
                : Loss.softmaxCrossEntropyLoss();
    }

    /** Lets a new head of a regression predict the mean of the labels at first. */
    @Override
    public void initialize(Adapter adapter, LabelledData train) {
        Parameter bias = adapter.parameters().get("head.bias");
        if (labels.kind() == TaskKind.REGRESSION && bias != null) {
            double mean = Arrays.stream(labels.encode(train)).average().orElseThrow();
            TrainingState.fill(bias.getArray(), mean);
        }
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        TaskDataset dataset = dataset(model, data, batchSize, OptionalLong.empty());
        return () -> Evaluator.metrics(model, labels, dataset);
    }

    @Override
    public TaskDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations)
            throws IOException {
        requireLabels(data);
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

    /** Refuses prompts where labels are predicted. */
    static void requireLabels(LabelledData data) {
        if (data instanceof PromptData) {
            throw new IllegalArgumentException(
                    ("'%s' holds prompts and responses, from which a language model learns; to"
                                    + " predict labels give a file with the columns %s")
                            .formatted(data.source(), TextData.COLUMNS));
        }
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
