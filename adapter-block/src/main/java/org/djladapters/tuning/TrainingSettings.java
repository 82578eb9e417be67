/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.Option;
import org.djladapters.data.Augmentation;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.Setting;

/**
 * The options of training, each said once. {@link FineTuner.Builder} describes them for programs.
 */
@Internal
public final class TrainingSettings {

    /** Larger images are hardly meant, and one of them would take a gigabyte. */
    static final int LARGEST_IMAGE = 8192;

    static final Setting<Integer> EPOCHS =
            Setting.of("epochs", 3, positive("number of epochs"))
                    .given(count("--epochs", "Passes over the training data"));

    static final Setting<Double> LEARNING_RATE =
            Setting.optional("learning_rate", rate("learning rate"))
                    .given(
                            number("--learning-rate", "Learning rate of the adapter")
                                    .withDefault("depends on the method"));

    static final Setting<Double> HEAD_LEARNING_RATE =
            Setting.of("head_learning_rate", 5e-3, rate("learning rate of the head"))
                    .given(number("--head-learning-rate", "Learning rate of the task head"));

    static final Setting<Integer> BATCH_SIZE =
            Setting.of("batch_size", 32, positive("batch size"))
                    .given(count("--batch-size", "Training examples per step"));

    static final Setting<Integer> EVALUATION_BATCH_SIZE =
            Setting.of("evaluation_batch_size", 64, positive("batch size of the evaluation"));

    static final Setting<Integer> MAX_LENGTH =
            Setting.<Integer>optional("max_length", TextEncoder::requireRoom)
                    .given(
                            count(
                                            "--max-length",
                                            "Number of tokens after which texts are truncated")
                                    .withDefault("the model's maximum, at most 512"));

    static final Setting<Boolean> CHAT_TEMPLATE =
            Setting.<Boolean>optional("chat_template", value -> {})
                    .given(
                            MethodOption.flag(
                                            "--no-chat-template",
                                            "Train on prompts and responses as they are")
                                    .withDefault(
                                            "a model with a chat template gets them as turns of"
                                                    + " user and assistant"),
                            false);

    static final Setting<Integer> STRIDE =
            Setting.optional("doc_stride", TrainingSettings::requireStride)
                    .given(
                            count(
                                            "--doc-stride",
                                            "Question answering: number of tokens that two windows"
                                                    + " of a long text share, at most half of what"
                                                    + " they have of it")
                                    .withDefault(128));

    static final Setting<Integer> IMAGE_SIZE =
            Setting.optional("image_size", TrainingSettings::requireImageSize)
                    .given(
                            count("--image-size", "Side of the images in pixels")
                                    .withDefault("the model's image size"));

    static final Setting<List<Augmentation>> AUGMENTATIONS =
            Setting.of("augment", List.<Augmentation>of())
                    .given(
                            MethodOption.list(
                                            "--augment",
                                            "KIND",
                                            Augmentation.class,
                                            "Random changes of training images: flip (half of them,"
                                                    + " left to right), crop (a square of 0.7 to 1"
                                                    + " of the side, enlarged)")
                                    .withDefault("none"));

    static final Setting<Long> SEED =
            Setting.of("seed", 42L)
                    .given(MethodOption.value("--seed", "N", Long.class, "Random seed"));

    static final Setting<Integer> ACCUMULATE =
            Setting.of("accumulate", 1, positive("number of batches of a step"))
                    .given(
                            count(
                                    "--accumulate",
                                    "Number of batches whose gradients are added up before the"
                                            + " adapter is updated: large steps in little memory."
                                            + " The embedding losses mnrl and cosent compare the"
                                            + " examples of one batch still"));

    static final Setting<Double> WARM_UP =
            Setting.of("warm_up", LearningRates.WARM_UP, TrainingSettings::requireShare)
                    .given(
                            number(
                                    "--warm-up",
                                    "Share of the steps over which the learning rates rise"));

    static final Setting<Double> WEIGHT_DECAY =
            Setting.of("weight_decay", 0.0, TrainingSettings::requireDecay)
                    .given(number("--weight-decay", "Weight decay of AdamW"));

    static final Setting<Double> CLIP =
            Setting.of(
                    "clip", 1.0, value -> Setting.requirePositive("norm of the gradients", value));

    static final Setting<HeadConfig.Pooling> POOLING =
            Setting.optional("pooling", TrainingSettings::requirePooling)
                    .given(
                            MethodOption.value(
                                            "--pooling",
                                            "KIND",
                                            HeadConfig.Pooling.class,
                                            "How a new head pools the hidden states of a sequence:"
                                                    + " mean, cls, cls_mean or pooler; or how"
                                                    + " embeddings are pooled: mean or cls")
                                    .withDefault(
                                            "mean for text, cls for images; as the model's files"
                                                    + " say for embeddings and for pairs of a"
                                                    + " sentence encoder"));

    static final Setting<HeadConfig.PairEncoding> PAIR_ENCODING =
            Setting.<HeadConfig.PairEncoding>optional("pair_encoding", value -> {})
                    .given(
                            MethodOption.value(
                                            "--pair-encoding",
                                            "KIND",
                                            HeadConfig.PairEncoding.class,
                                            "How a new head sees a pair of texts: cross (both as"
                                                + " one sequence) or bi (each alone; the head takes"
                                                + " u, v, |u - v| and u * v of their pooled"
                                                + " states)")
                                    .withDefault(
                                            "bi if the model was trained to give texts vectors,"
                                                    + " otherwise cross"));

    static final Setting<Boolean> NEW_HEAD =
            Setting.of("new_head", false)
                    .given(
                            MethodOption.flag(
                                    "--new-head",
                                    "Start the head that the model has of its own new, with the"
                                            + " classes of the training data. A model of features"
                                            + " always gets a new head"));

    static final Setting<TaskKind> TASK =
            Setting.<TaskKind>optional("task", value -> {})
                    .given(
                            MethodOption.word(
                                            "--task",
                                            "KIND",
                                            TaskKind.class,
                                            TaskKind::of,
                                            "classification, regression, causal-lm, embedding,"
                                                    + " token-classification, question-answering or"
                                                    + " reranking")
                                    .withDefault(
                                            "classification, regression or causal-lm, as the data"
                                                    + " look"));

    static final Setting<String> METRIC =
            Setting.<String>optional("metric", value -> {})
                    .given(
                            MethodOption.word(
                                            "--metric",
                                            "NAME",
                                            String.class,
                                            word -> word.toLowerCase(Locale.ROOT),
                                            "Metric on the dev data that selects the best epoch")
                                    .withDefault(
                                            "accuracy, pearson, perplexity, mrr@10, spearman or f1,"
                                                    + " depending on the task"));

    static final Setting<EmbeddingOptions> EMBEDDING =
            Setting.of("embedding", EmbeddingOptions.DEFAULT);

    static final Setting<String> NAME = Setting.of("name", "default");

    static final Setting<Boolean> RESUME =
            Setting.of("resume", true)
                    .given(
                            MethodOption.flag(
                                    "--no-resume",
                                    "Start over instead of resuming an interrupted run"),
                            false);

    static final Setting<Boolean> OVERWRITE = Setting.of("overwrite", false);

    /** Those that a person gives, in the order of the help. */
    static final List<Setting<?>> GIVEN =
            List.of(
                    EPOCHS,
                    LEARNING_RATE,
                    HEAD_LEARNING_RATE,
                    BATCH_SIZE,
                    MAX_LENGTH,
                    CHAT_TEMPLATE,
                    STRIDE,
                    IMAGE_SIZE,
                    AUGMENTATIONS,
                    SEED,
                    ACCUMULATE,
                    WARM_UP,
                    WEIGHT_DECAY,
                    POOLING,
                    PAIR_ENCODING,
                    NEW_HEAD,
                    TASK,
                    METRIC);

    /** Those that the help lists after the options of embeddings. */
    static final List<Setting<?>> LAST = List.of(RESUME);

    private TrainingSettings() {}

    /** Returns the options of the command line that {@link FineTuner.Builder#optGiven} takes. */
    public static List<MethodOption<?>> options() {
        return Stream.of(GIVEN, EmbeddingOptions.settings(), LAST)
                .flatMap(List::stream)
                .<MethodOption<?>>flatMap(setting -> setting.option().stream())
                .toList();
    }

    private static MethodOption<Integer> count(String name, String text) {
        return MethodOption.value(name, "N", Integer.class, text);
    }

    private static MethodOption<Double> number(String name, String text) {
        return MethodOption.value(name, "X", Double.class, text);
    }

    private static Consumer<Integer> positive(String what) {
        return value -> Option.requirePositive(what, value);
    }

    private static Consumer<Double> rate(String what) {
        return value -> {
            Setting.requirePositive(what, value);
            if (value < Float.MIN_VALUE || (float) (double) value > AdamW.LARGEST_RATE) {
                throw new IllegalArgumentException(
                        "The %s must be from 1.4e-45 to 1e37, got %s"
                                .formatted(what, PlainNumber.of(value)));
            }
        };
    }

    private static void requireStride(int stride) {
        if (stride < 0) {
            throw new IllegalArgumentException(
                    "The number of tokens that windows share must be 0 or more, got " + stride);
        }
    }

    private static void requireImageSize(int imageSize) {
        if (imageSize < 1 || imageSize > LARGEST_IMAGE) {
            throw new IllegalArgumentException(
                    "The image size must be from 1 to %d pixels, got %d"
                            .formatted(LARGEST_IMAGE, imageSize));
        }
    }

    private static void requireShare(double warmUp) {
        if (!(warmUp >= 0 && warmUp <= 1)) {
            throw new IllegalArgumentException(
                    "The warm-up must be a share of the steps from 0 to 1, got "
                            + PlainNumber.of(warmUp));
        }
    }

    private static void requireDecay(double weightDecay) {
        if (!(weightDecay >= 0 && weightDecay <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The weight decay must be 0 or positive and within the range of float32, got "
                            + PlainNumber.of(weightDecay));
        }
    }

    private static void requirePooling(HeadConfig.Pooling pooling) {
        if (pooling == HeadConfig.Pooling.NONE || pooling == HeadConfig.Pooling.SPAN) {
            throw new IllegalArgumentException(
                    "The pooling of a head can't be chosen as none: tasks with outputs for every"
                            + " position have that by themselves");
        }
    }
}
