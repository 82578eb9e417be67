/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.nn.Parameter;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.CombinedLabels;
import org.djladapters.data.ImageDataset;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.LabelledTexts;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TextDataset;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.kernel.InPlace;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.TaskOptions;

/**
 * The prediction of classes or a number from texts or images.
 *
 * @param labels the classes, or that a value is predicted (regression)
 * @param maxLength the length to which texts are truncated; empty for images
 * @param imageSize the side of images; empty for texts
 * @param pairs whether it is known that an input is a pair of texts
 * @param pairEncoding how a pair of texts goes through the model
 * @param classLoss the choices of the loss of classes
 */
public record LabelTask(
        LabelSpace labels,
        OptionalInt maxLength,
        OptionalInt imageSize,
        boolean pairs,
        HeadConfig.PairEncoding pairEncoding,
        ClassLoss classLoss)
        implements Task {

    static final String IMAGE_SIZE = "image_size";

    private static final String PAIRS = "pairs";
    private static final String PAIR_ENCODING = "pair_encoding";

    /** Describes texts, truncated to the given length or to that which suits the model. */
    public static LabelTask ofText(
            LabelSpace labels, ModelDirectory model, OptionalInt maxLength, boolean pairs)
            throws IOException {
        int length = TextEncoder.maxLength(model, maxLength);
        return new LabelTask(
                labels,
                OptionalInt.of(length),
                OptionalInt.empty(),
                pairs,
                HeadConfig.PairEncoding.CROSS,
                ClassLoss.PLAIN);
    }

    /** Describes images of the given size or of that which suits the model. */
    public static LabelTask ofImages(LabelSpace labels, ModelDirectory model, OptionalInt imageSize)
            throws IOException {
        ImagePreprocessing preprocessing =
                imageSize.isPresent()
                        ? ImagePreprocessing.of(model, imageSize.getAsInt())
                        : ImagePreprocessing.of(model);
        return new LabelTask(
                labels,
                OptionalInt.empty(),
                OptionalInt.of(preprocessing.size()),
                false,
                HeadConfig.PairEncoding.CROSS,
                ClassLoss.PLAIN);
    }

    /**
     * Reads the files of an adapter. Without a record of its training, inputs are as suits the
     * model.
     *
     * @return the task; empty if the outputs of the model with the adapter have no names, as those
     *     of embeddings and language models
     * @throws IOException if a text is malformed or does not fit the model; the message says which
     */
    public static Optional<LabelTask> of(AdaptedModel model, Adapter adapter) throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        Optional<List<String>> classes = OutputLabels.of(model, adapter);
        RecordedOptions options = RecordedOptions.of(adapter);
        try {
            return classes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            of(directory, classes.get(), options)
                                    .withPairEncoding(
                                            adapter.headConfig()
                                                    .map(HeadConfig::pairs)
                                                    .orElse(HeadConfig.PairEncoding.CROSS)));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "Adapter '%s' does not fit the model '%s': %s"
                            .formatted(adapter.name(), directory.path(), e.getMessage()),
                    e);
        }
    }

    /** Makes the task of classes, or of a number, with options as a run records them. */
    public static LabelTask of(ModelDirectory model, List<String> classes, RecordedOptions options)
            throws IOException {
        TaskKind kind = classes.isEmpty() ? TaskKind.REGRESSION : TaskKind.CLASSIFICATION;
        LabelSpace labels = new LabelSpace(kind, classes);
        return model.imageSize().isPresent() || options.text(IMAGE_SIZE).isPresent()
                ? ofImages(labels, model, options.number(IMAGE_SIZE))
                : ofText(labels, model, options.maxLength(), options.flag(PAIRS));
    }

    /** Makes the task of a model with outputs of its own, whose inputs its directory tells. */
    public static LabelTask ofServed(ModelDirectory model, List<String> classes)
            throws IOException {
        Map<String, String> options = new HashMap<>();
        model.servingProperty("width").ifPresent(width -> options.put(IMAGE_SIZE, width));
        model.servingProperty("reranking").ifPresent(pairs -> options.put(PAIRS, pairs));
        int length = TextEncoder.maxLengthOfTokenizer(model); // of no use for images
        options.put(RecordedOptions.MAX_LENGTH, Integer.toString(length));
        return of(model, classes, new RecordedOptions(options));
    }

    @Override
    public TaskKind kind() {
        return labels.kind();
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        if (imageSize.isPresent()) {
            options.put(IMAGE_SIZE, imageSize.getAsInt());
        } else {
            options.put(RecordedOptions.MAX_LENGTH, maxLength.orElseThrow());
        }
        if (pairs) {
            options.put(PAIRS, true);
        }
        if (separate()) {
            options.put(PAIR_ENCODING, pairEncoding);
        }
        options.putAll(classLoss.options());
        return options;
    }

    /** Returns the same with other labels. */
    public LabelTask withLabels(LabelSpace other) {
        return new LabelTask(other, maxLength, imageSize, pairs, pairEncoding, classLoss);
    }

    /** Returns the same with another encoding of pairs. */
    public LabelTask withPairEncoding(HeadConfig.PairEncoding other) {
        boolean known = pairs || other == HeadConfig.PairEncoding.BI;
        return new LabelTask(labels, maxLength, imageSize, known, other, classLoss);
    }

    /** Returns the same with another loss of classes. */
    LabelTask withClassLoss(ClassLoss other) {
        return new LabelTask(labels, maxLength, imageSize, pairs, pairEncoding, other);
    }

    /** Tells whether the texts of a pair go through the model one by one. */
    boolean separate() {
        return pairEncoding == HeadConfig.PairEncoding.BI;
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return Optional.of(labels.labels());
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return Optional.of(LabelServing.of(this, directory, inputNames));
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return LabelTranslators.of(this, inputs);
    }

    /** Returns the identity for numbers: sentence-transformers would take them for logits. */
    @Override
    public Optional<ScoreActivation> scoreActivation() {
        return labels.kind() == TaskKind.REGRESSION && imageSize.isEmpty()
                ? Optional.of(ScoreActivation.IDENTITY)
                : Optional.empty();
    }

    @Override
    public Loss loss() {
        return labels.kind() == TaskKind.REGRESSION ? TaskLoss.squaredError() : classLoss.ofOne();
    }

    @Override
    public double weight(Batch batch) {
        return classLoss.divisor(batch);
    }

    /** Lets a new head of a regression predict the mean of the labels at first. */
    @Override
    public void initialize(Parameter bias, LabelledData train) {
        if (labels.kind() == TaskKind.REGRESSION) {
            double mean = Arrays.stream(labels.encode(train)).average().orElseThrow();
            InPlace.fill(bias.getArray(), mean);
        }
    }

    @Override
    public void remark(TaskOptions run) throws IOException {
        if (run.imageSize().isEmpty() && imageSize.isPresent()) {
            ModelDirectory directory = TaskInputs.directory(run.model());
            SmallerImages.note(run.model(), directory, imageSize.getAsInt()).ifPresent(run::note);
        }
        CombinedLabels.warning(labels, run.train().source()).ifPresent(run::warn);
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        BatchedDataset dataset = dataset(model, data, Batching.inOrder(batchSize));
        return new LabelMeasure(model, labels, data, dataset);
    }

    @Override
    public BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        requireLabels(data);
        if (data instanceof LabelledTexts texts) {
            int length = maxLength.orElseThrow(() -> otherInputs("images", data));
            return batching.set(TextDataset.builder(), model, length)
                    .setData(texts)
                    .setLabelSpace(labels)
                    .optPairEncoding(pairEncoding)
                    .build();
        }
        ImageFolder images = requireImages(model, data);
        int size = imageSize.orElseThrow(() -> otherInputs("texts", data));
        return batching.set(ImageDataset.builder(), model)
                .setData(images)
                .setLabelSpace(labels)
                .optImageSize(size)
                .optAugment(batching.augmentations().toArray(new Augmentation[0]))
                .build();
    }

    /** Refuses prompts where labels are predicted. */
    public static void requireLabels(LabelledData data) {
        if (data instanceof PromptData || data instanceof PreferenceData) {
            throw new IllegalArgumentException(
                    ("'%s' holds prompts and responses, which train a language model; to"
                                    + " predict labels, give a file with the columns %s")
                            .formatted(data.source(), TextData.COLUMNS));
        }
    }

    /** Refuses data other than images, and images for a model with other inputs. */
    public static ImageFolder requireImages(AdaptedModel model, LabelledData data) {
        if (!(data instanceof ImageFolder images)) {
            throw new IllegalArgumentException(
                    ("'%s' is of the type %s, of which a model with labels has no inputs; hand its"
                                    + " rows to TextData.of, or give an ImageFolder")
                            .formatted(data.source(), data.getClass().getSimpleName()));
        }
        if (!model.inputNames().equals(List.of("pixel_values"))) {
            throw new IllegalArgumentException(
                    ("'%s' holds images, but the model has the inputs %s; of a model of texts and"
                                    + " images open the tower for images (--tower, optTower)")
                            .formatted(data.source(), model.inputNames()));
        }
        return images;
    }

    private static IllegalArgumentException otherInputs(String trained, LabelledData data) {
        return new IllegalArgumentException(
                "The adapter was trained on %s, which '%s' does not hold"
                        .formatted(trained, data.source()));
    }
}
