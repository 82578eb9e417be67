/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.Guard;
import org.djladapters.task.option.Thresholds;
import org.djladapters.task.teacher.Teacher;
import org.djladapters.tuning.report.ReportKind;

/** The options of training. {@link FineTuner.Builder} describes them for programs. */
@Internal
public final class TrainingSettings {

    /**
     * The largest side of images; one that is larger takes a gigabyte and is probably a mistake.
     */
    static final int LARGEST_IMAGE = 8192;

    static final Option<Integer> EPOCHS =
            Option.of("epochs", 3).checked(positive("number of epochs"));

    static final Option<Double> LEARNING_RATE =
            Option.optional("learning_rate", Double.class).checked(rate("learning rate"));

    static final Option<Double> HEAD_LEARNING_RATE =
            Option.optional("head_learning_rate", Double.class)
                    .checked(rate("learning rate of the head"));

    static final Option<Integer> BATCH_SIZE =
            Option.of("batch_size", 32).checked(positive("batch size"));

    static final Option<Integer> EVALUATION_BATCH_SIZE =
            Option.of("evaluation_batch_size", 64)
                    .checked(positive("batch size of the evaluation"));

    static final Option<Integer> MAX_LENGTH =
            Option.optional("max_length", Integer.class).checked(TextEncoder::requireRoom);

    static final Option<Boolean> CHAT_TEMPLATE = Option.optional("chat_template", Boolean.class);

    static final Option<TrainedTurns> TRAIN_ON = Option.optional("train_on", TrainedTurns.class);

    static final Option<Boolean> PACKING = Option.of("packing", false);

    static final Option<Double> BETA =
            Option.optional("beta", Double.class)
                    .checked(beta -> Option.requirePositive("beta", beta));

    static final Option<Integer> STRIDE =
            Option.optional("doc_stride", Integer.class).checked(TrainingSettings::requireStride);

    static final Option<Integer> IMAGE_SIZE =
            Option.optional("image_size", Integer.class)
                    .checked(TrainingSettings::requireImageSize);

    static final Option<List<Augmentation>> AUGMENTATIONS = Option.of("augment", List.of());

    static final Option<Long> SEED = Option.of("seed", 42L);

    static final Option<Integer> ACCUMULATE =
            Option.of("accumulate", 1).checked(positive("number of batches of a step"));

    static final Option<Double> WARM_UP =
            Option.of("warm_up", LearningRates.WARM_UP).checked(TrainingSettings::requireShare);

    static final Option<Integer> WARM_UP_STEPS =
            Option.optional("warm_up_steps", Integer.class)
                    .checked(TrainingSettings::requireWarmUpSteps);

    static final Option<Double> WEIGHT_DECAY =
            Option.of("weight_decay", 0.0).checked(TrainingSettings::requireDecay);

    static final Option<Scheduler> SCHEDULER = Option.of("scheduler", Scheduler.LINEAR);

    /** The largest norm of the gradients of a step; 0 for any. */
    static final Option<Double> MAX_GRAD_NORM =
            Option.of("clip", 1.0).checked(TrainingSettings::requireNorm);

    static final Option<Integer> MAX_STEPS =
            Option.optional("max_steps", Integer.class).checked(positive("number of steps"));

    static final Option<Integer> EVAL_STEPS =
            Option.optional("eval_steps", Integer.class)
                    .checked(positive("number of steps between evaluations"));

    static final Option<Integer> EARLY_STOPPING =
            Option.optional("early_stopping", Integer.class)
                    .checked(positive("number of evaluations without a better one"));

    static final Option<List<ReportKind>> REPORT = Option.of("report", List.of());

    static final Option<HeadConfig.Pooling> POOLING =
            Option.optional("pooling", HeadConfig.Pooling.class)
                    .checked(TrainingSettings::requirePooling);

    static final Option<HeadConfig.PairEncoding> PAIR_ENCODING =
            Option.optional("pair_encoding", HeadConfig.PairEncoding.class);

    static final Option<Boolean> NEW_HEAD = Option.of("new_head", false);

    static final Option<ClassWeights> CLASS_WEIGHTS =
            Option.of("class_weights", ClassWeights.EQUAL);

    static final Option<Double> LABEL_SMOOTHING =
            Option.of("label_smoothing", 0.0)
                    .checked(value -> Option.probability("label smoothing").check(value));

    static final Option<Thresholds> THRESHOLDS = Option.of("thresholds", Thresholds.HALF);

    static final Option<TaskKind> TASK = Option.optional("task", TaskKind.class);

    static final Option<String> METRIC = Option.optional("metric", String.class);

    static final Option<EmbeddingOptions> EMBEDDING =
            Option.of("embedding", EmbeddingOptions.DEFAULT);

    static final Option<String> TEACHER = Option.optional("teacher", String.class);

    static final Option<String> TEACHER_ADAPTER = Option.optional("teacher_adapter", String.class);

    static final Option<Double> TEACHER_TEMPERATURE =
            Option.optional("teacher_temperature", Double.class)
                    .checked(value -> Option.requirePositive("temperature of the teacher", value));

    static final Option<Double> TEACHER_WEIGHT =
            Option.optional("teacher_weight", Double.class)
                    .checked(TrainingSettings::requireTeacherWeight);

    static final Option<Guard> GUARD = Option.optional("guard", Guard.class);

    static final Option<String> NAME = Option.of("name", "default");

    static final Option<Boolean> RESUME = Option.of("resume", true);

    static final Option<Boolean> OVERWRITE = Option.of("overwrite", false);

    private static final List<Argument> FIRST =
            List.of(
                    Argument.value(EPOCHS, "--epochs", "N", "Passes over the training data"),
                    Argument.value(
                                    LEARNING_RATE,
                                    "--learning-rate",
                                    "X",
                                    "Learning rate of the adapter")
                            .withDefault("depends on the method"),
                    Argument.value(
                                    HEAD_LEARNING_RATE,
                                    "--head-learning-rate",
                                    "X",
                                    "Learning rate of the task head")
                            .withDefault(
                                    "0.005; 0.01 for a new head with more than 10 classes of"
                                            + " texts or words"),
                    Argument.value(BATCH_SIZE, "--batch-size", "N", "Training examples per step"),
                    Argument.value(
                                    MAX_LENGTH,
                                    "--max-length",
                                    "N",
                                    "Number of tokens after which texts are truncated")
                            .withDefault("the model's maximum, at most 512"),
                    Argument.flag(
                                    CHAT_TEMPLATE,
                                    false,
                                    "--no-chat-template",
                                    "Train on prompts and responses as they are")
                            .withDefault(
                                    "a model with a chat template gets them as turns of user and"
                                            + " assistant"),
                    Argument.value(
                                    TRAIN_ON,
                                    "--train-on",
                                    "TURNS",
                                    "Conversations: which turns of the assistant are learned, last"
                                            + " or all")
                            .withDefault("last"),
                    Argument.flag(
                            PACKING,
                            "--packing",
                            "Language models: put several prompts with their responses into a row"
                                    + " of at most --max-length tokens, where they do not see each"
                                    + " other"),
                    Argument.value(
                                    BETA,
                                    "--beta",
                                    "X",
                                    "Preferences: how dear it is to depart from the base model")
                            .withDefault("0.1"),
                    Argument.value(
                                    STRIDE,
                                    "--doc-stride",
                                    "N",
                                    "Question answering: number of tokens that two windows of a"
                                            + " long text share, at most half of what they have of"
                                            + " it")
                            .withDefault(AnswerEncoder.DEFAULT_STRIDE),
                    Argument.value(IMAGE_SIZE, "--image-size", "N", "Side of the images in pixels")
                            .withDefault("the model's image size"),
                    Argument.list(
                                    AUGMENTATIONS,
                                    "--augment",
                                    "KIND",
                                    Augmentation.class,
                                    "Random changes of training images: flip (half of them, left"
                                            + " to right), crop (a square of 0.7 to 1 of the side,"
                                            + " enlarged)")
                            .withDefault("none"),
                    Argument.value(SEED, "--seed", "N", "Random seed"),
                    Argument.value(
                            ACCUMULATE,
                            "--accumulate",
                            "N",
                            "Number of batches whose gradients are added up before the adapter is"
                                    + " updated: large steps in little memory. The embedding"
                                    + " losses that compare pairs (mnrl, gist, cosent, angle,"
                                    + " online-contrastive) compare those of one batch"
                                    + " still"),
                    Argument.value(
                            WARM_UP,
                            "--warm-up",
                            "X",
                            "Share of the steps over which the learning rates rise"),
                    Argument.value(
                                    WARM_UP_STEPS,
                                    "--warm-up-steps",
                                    "N",
                                    "Number of these steps, in the place of --warm-up")
                            .withDefault("by --warm-up"),
                    Argument.word(
                            SCHEDULER,
                            "--scheduler",
                            "NAME",
                            "How the learning rates change: " + Scheduler.words(),
                            Scheduler::of),
                    Argument.value(WEIGHT_DECAY, "--weight-decay", "X", "Weight decay of AdamW"),
                    Argument.value(
                            MAX_GRAD_NORM,
                            "--max-grad-norm",
                            "X",
                            "Norm to which the gradients of a step are clipped, 0 for none"),
                    Argument.value(
                                    MAX_STEPS,
                                    "--max-steps",
                                    "N",
                                    "Number of steps of the whole run, in the place of --epochs")
                            .withDefault("as many as the epochs have"),
                    Argument.value(
                                    EVAL_STEPS,
                                    "--eval-steps",
                                    "N",
                                    "Evaluate, and keep what is best, after every N steps of the"
                                            + " run, too; an interrupted run resumes there")
                            .withDefault("after every epoch"),
                    Argument.value(
                                    EARLY_STOPPING,
                                    "--early-stopping",
                                    "N",
                                    "End the run after N evaluations without a better one")
                            .withDefault("never"),
                    Argument.list(
                                    REPORT,
                                    "--report",
                                    "KIND",
                                    String.class,
                                    "Write losses, rates, norms and metrics to a folder beside the"
                                            + " output (OUTPUT.report): tensorboard, csv",
                                    ReportKind::of)
                            .withDefault("none"),
                    Argument.value(
                                    POOLING,
                                    "--pooling",
                                    "KIND",
                                    "How a new head pools the hidden states of a sequence: mean,"
                                            + " cls, cls_mean or pooler; or how embeddings are"
                                            + " pooled: mean or cls")
                            .withDefault(
                                    "mean for text, cls for images; as the model's files say for"
                                            + " embeddings and for pairs of a sentence encoder"),
                    Argument.value(
                                    PAIR_ENCODING,
                                    "--pair-encoding",
                                    "KIND",
                                    "How a new head sees a pair of texts: cross (both as one"
                                            + " sequence) or bi (each alone; the head takes u, v,"
                                            + " |u - v| and u * v of their pooled states)")
                            .withDefault(
                                    "bi if the model was trained to give texts vectors, otherwise"
                                            + " cross"),
                    Argument.flag(
                            NEW_HEAD,
                            "--new-head",
                            "Start the head that the model has of its own new, with the classes of"
                                    + " the training data. A model of features always gets a new"
                                    + " head"),
                    Argument.word(
                            CLASS_WEIGHTS,
                            "--class-weights",
                            "W",
                            "Weights of classes in the loss: balanced (rare classes weigh more), or"
                                    + " classes with weights, such as spam=5,other=0.5",
                            ClassWeights::of),
                    Argument.value(
                            LABEL_SMOOTHING,
                            "--label-smoothing",
                            "X",
                            "Classification: share of each label that all classes get alike."
                                    + " Preferences: share of the labels that the loss takes for"
                                    + " wrong"),
                    Argument.word(
                            THRESHOLDS,
                            "--thresholds",
                            "T",
                            "Multi-label classification: probability from which a text has a class,"
                                    + " a number or tuned (for each class that with the best F1 on"
                                    + " the dev data)",
                            Thresholds::of),
                    Argument.word(TASK, "--task", "KIND", TaskKind.words(), TaskKind::of)
                            .withDefault(
                                    "classification, regression, causal-lm or preference, as the"
                                            + " data look"),
                    Argument.value(
                                    TEACHER,
                                    "--teacher",
                                    "DIR",
                                    "Model that is learned from (distillation), a location as of"
                                            + " --model: its probabilities of classes; with"
                                            + " embeddings the scores of a reranker or the vectors"
                                            + " of another model, as --loss says")
                            .withDefault("none"),
                    Argument.value(
                                    TEACHER_ADAPTER,
                                    "--teacher-adapter",
                                    "DIR",
                                    "Adapter of the teacher")
                            .withDefault("none"),
                    Argument.value(
                                    TEACHER_TEMPERATURE,
                                    "--teacher-temperature",
                                    "T",
                                    "Classes: what the logits of both are divided by, to compare"
                                            + " their probabilities")
                            .withDefault(PlainNumber.of(Teacher.TEMPERATURE)),
                    Argument.value(
                                    TEACHER_WEIGHT,
                                    "--teacher-weight",
                                    "X",
                                    "Classes: the share of the teacher in the loss; the rest is"
                                            + " that of the labels")
                            .withDefault(PlainNumber.of(Teacher.WEIGHT)),
                    Argument.word(
                                    METRIC,
                                    "--metric",
                                    "NAME",
                                    "Metric on the dev data that selects the best epoch",
                                    word -> word.toLowerCase(Locale.ROOT))
                            .withDefault(
                                    "accuracy, f1_micro, pearson, perplexity, mrr@10, spearman, f1"
                                            + " or loss, depending on the task"));

    private static final Argument NO_RESUME =
            Argument.flag(
                    RESUME,
                    false,
                    "--no-resume",
                    "Start over instead of resuming an interrupted run");

    private TrainingSettings() {}

    /** Returns the options that {@link FineTuner.Builder#optGiven} takes. */
    public static List<Argument> arguments() {
        return Stream.of(FIRST, EmbeddingOptions.arguments(), List.of(NO_RESUME))
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Returns values with those that a person gave; options of embeddings start at their defaults.
     */
    static OptionValues given(OptionValues values, Map<String, ?> given) {
        return values.with(FIRST, given)
                .with(List.of(NO_RESUME), given)
                .with(EMBEDDING, EmbeddingOptions.of(given));
    }

    private static Consumer<Integer> positive(String what) {
        return value -> Option.requirePositive(what, value);
    }

    private static Consumer<Double> rate(String what) {
        return value -> {
            Option.requirePositive(what, value, Double.MAX_VALUE);
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

    private static void requireTeacherWeight(double weight) {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException(
                    "The weight of the teacher must be greater than 0 and at most 1, got "
                            + PlainNumber.of(weight));
        }
    }

    private static void requireShare(double warmUp) {
        if (!(warmUp >= 0 && warmUp <= 1)) {
            throw new IllegalArgumentException(
                    "The warm-up must be a share of the steps from 0 to 1, got "
                            + PlainNumber.of(warmUp));
        }
    }

    private static void requireWarmUpSteps(int steps) {
        if (steps < 0) {
            throw new IllegalArgumentException(
                    "The number of steps of the warm-up must be 0 or more, got " + steps);
        }
    }

    private static void requireDecay(double weightDecay) {
        if (!(weightDecay >= 0 && weightDecay <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The weight decay must be 0 or positive and within the range of float32, got "
                            + PlainNumber.of(weightDecay));
        }
    }

    private static void requireNorm(double norm) {
        if (!(norm >= 0 && norm <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The largest norm of the gradients must be positive, or 0 to clip nothing, got "
                            + PlainNumber.of(norm));
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
