/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.Locale;
import java.util.Optional;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.TaskKind;
import org.djladapters.tuning.FineTuner;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of training. What is not given is left to the library's defaults. */
@OptionGroup.In(OptionGroup.TRAINING)
final class TrainingOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training data. Default: 3.")
    private Integer epochs;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "Learning rate of the adapter. Default: depends on the method.")
    private Double learningRate;

    @Option(
            names = "--head-learning-rate",
            paramLabel = "X",
            description = "Learning rate of the task head. Default: 0.005.")
    private Double headLearningRate;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Training examples per step. Default: 32.")
    private Integer batchSize;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Number of tokens after which texts are truncated. Default: the"
                            + " model's maximum, at most 512.")
    private Integer maxLength;

    @Option(
            names = "--no-chat-template",
            description =
                    "Train on prompts and responses as they are. Default: a model with a chat"
                            + " template gets them as turns of user and assistant.")
    private boolean noChatTemplate;

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            description =
                    "Question answering: number of tokens that two windows of a long text share,"
                            + " at most half of what they have of it. Default: 128.")
    private Integer docStride;

    @Option(
            names = "--image-size",
            paramLabel = "N",
            description = "Side of the images in pixels. Default: the model's image size.")
    private Integer imageSize;

    @Option(
            names = "--augment",
            split = ",",
            paramLabel = "KIND",
            description =
                    "Random changes of training images: flip (half of them, left to"
                            + " right), crop (a square of 0.7 to 1 of the side, enlarged)."
                            + " Default: none.")
    private Augmentation[] augmentations;

    @Option(names = "--seed", paramLabel = "N", description = "Random seed. Default: 42.")
    private Long seed;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description =
                    "Number of batches whose gradients are added up before the adapter is updated:"
                            + " large steps in little memory. The embedding losses mnrl and cosent"
                            + " compare the examples of one batch still. Default: 1.")
    private Integer accumulate;

    @Option(
            names = "--warm-up",
            paramLabel = "X",
            description = "Share of the steps over which the learning rates rise. Default: 0.06.")
    private Double warmUp;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Weight decay of AdamW. Default: 0.")
    private Double weightDecay;

    @Option(
            names = "--pooling",
            paramLabel = "KIND",
            description =
                    "How a new head pools the hidden states of a sequence: mean, cls, cls_mean or"
                        + " pooler; or how embeddings are pooled: mean or cls. Default: mean for"
                        + " text, cls for images; as the model's files say for embeddings and for"
                        + " pairs of a sentence encoder.")
    private HeadConfig.Pooling pooling;

    @Option(
            names = "--pair-encoding",
            paramLabel = "KIND",
            description =
                    "How a new head sees a pair of texts: cross (both as one sequence) or bi"
                            + " (each alone; the head takes u, v, |u - v| and u * v of their"
                            + " pooled states). Default: bi if the model was trained to give"
                            + " texts vectors, otherwise cross.")
    private HeadConfig.PairEncoding pairEncoding;

    @Option(
            names = "--new-head",
            description =
                    "Start the head that the model has of its own new, with the classes of the"
                            + " training data. A model of features always gets a new head.")
    private boolean newHead;

    @Option(
            names = "--task",
            paramLabel = "KIND",
            converter = TaskConverter.class,
            description =
                    "classification, regression, causal-lm, embedding, token-classification,"
                            + " question-answering or reranking. Default: classification,"
                            + " regression or causal-lm, as the data look.")
    private TaskKind task;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description =
                    "Metric on the dev data that selects the best epoch. Default:"
                            + " accuracy, pearson, perplexity, mrr@10, spearman or f1, depending on"
                            + " the task.")
    private String metric;

    @Mixin private EmbeddingArguments embedding;

    @Option(
            names = "--no-resume",
            description = "Start over instead of resuming an interrupted run.")
    private boolean noResume;

    /**
     * Finds out, before files are read, whether a fine-tuner would take what was given.
     *
     * @throws ParameterException if it would not
     */
    void check() {
        try {
            apply(FineTuner.builder());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** What is learned, if that was said. */
    Optional<TaskKind> task() {
        return Optional.ofNullable(task);
    }

    /** Hands what was given to a fine-tuner. */
    void apply(FineTuner.Builder builder) {
        if (epochs != null) {
            builder.optEpochs(epochs);
        }
        if (learningRate != null) {
            builder.optLearningRate(learningRate);
        }
        if (headLearningRate != null) {
            builder.optHeadLearningRate(headLearningRate);
        }
        if (batchSize != null) {
            builder.optBatchSize(batchSize);
        }
        if (maxLength != null) {
            builder.optMaxLength(maxLength);
        }
        if (docStride != null) {
            builder.optDocStride(docStride);
        }
        if (noChatTemplate) {
            builder.optChatTemplate(false);
        }
        if (imageSize != null) {
            builder.optImageSize(imageSize);
        }
        if (augmentations != null) {
            builder.optAugment(augmentations);
        }
        if (seed != null) {
            builder.optSeed(seed);
        }
        if (accumulate != null) {
            builder.optAccumulate(accumulate);
        }
        if (warmUp != null) {
            builder.optWarmUp(warmUp);
        }
        if (weightDecay != null) {
            builder.optWeightDecay(weightDecay);
        }
        if (pooling != null) {
            builder.optPooling(pooling);
        }
        if (pairEncoding != null) {
            builder.optPairEncoding(pairEncoding);
        }
        builder.optNewHead(newHead);
        if (task != null) {
            builder.optTask(task);
        }
        if (metric != null) {
            builder.optMetric(metric.toLowerCase(Locale.ROOT));
        }
        builder.optEmbedding(embedding.options());
        builder.optResume(!noResume);
    }

    /** Finds a kind of task by its word. */
    static final class TaskConverter implements ITypeConverter<TaskKind> {

        @Override
        public TaskKind convert(String word) {
            try {
                return TaskKind.of(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
