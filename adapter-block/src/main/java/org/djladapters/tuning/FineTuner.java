/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.PairData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PromptData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.hub.OpenOptions;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Metrics;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.Guard;
import org.djladapters.task.option.Thresholds;
import org.djladapters.tuning.report.ReportKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fine-tunes an adapter and its head on labelled texts or images, or a language model on responses.
 *
 * <p>A model that gives features gets a new head; of a model for classification its own head is
 * trained with the adapter, as it is or {@linkplain Builder#optNewHead started new}. The loss is
 * the cross entropy, for a regression the squared error, and for {@link MultiLabelData} the mean
 * binary cross entropy of all examples and classes.
 *
 * <p>A causal language model learns from {@link PromptData}. It gets no head: the loss is the mean
 * cross entropy of the tokens of a batch's responses and of the end token after each (where the
 * model has one), given all tokens before; those of the prompts do not count. Prompt and response
 * must fit into the maximum length, as nothing is truncated. Where the model has a chat template,
 * that writes them (see {@link Builder#optChatTemplate}).
 *
 * <p>It also learns from {@link PreferenceData} to prefer one response to another, by direct
 * preference optimization, in which the base model without any adapter is the reference. The
 * metrics are {@code loss}, {@code rewards/accuracies}, {@code rewards/margins}, and the {@code
 * perplexity} of the chosen responses.
 *
 * <p>Embeddings are learned from {@link PairData}, as {@link EmbeddingOptions} say, and measured on
 * pairs or on {@link RetrievalData}. They need no head either. With a score for every pair the
 * metrics are {@code spearman} and {@code pearson}, with negatives {@code accuracy}, otherwise
 * those of a search.
 *
 * <p>After each epoch the model is measured on the development data, and before the first one where
 * it does the task already: embeddings, language models, and heads that come with the model. The
 * adapter ends with the parameters of the best epoch and is saved with a record of the run and its
 * labels. If no epoch is better than the start, these are the parameters of the start ({@link
 * FineTuningResult#isImproved}).
 *
 * <p>The listener is told how the run goes. Where none is set, epochs and notes are logged by
 * SLF4J; {@link ProgressPrinter} prints them.
 *
 * <p>Equal seeds give equal results where products are computed in the same way ({@link
 * AdaptedModel#matmul}). A run that was killed is started again with the same options and resumes
 * after its last complete epoch, with the products that it began with, to the same result; a model
 * for which others were chosen is refused. It resumes only with a model in the type that it began
 * with ({@link #interruptedPrecision}).
 */
public final class FineTuner {

    private static final Logger logger = LoggerFactory.getLogger(FineTuner.class);

    private final FineTuningOptions options;

    private FineTuner(FineTuningOptions options) {
        this.options = options;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a builder that begins with the options of this run, for one that differs in some.
     * Development data that were held out of the training data stay the same, whatever the seed.
     */
    public Builder toBuilder() {
        return new Builder(options);
    }

    /**
     * Finds out in which type an interrupted run computes whose state lies beside an output. A run
     * of a model in another type does not resume it, but starts over; so a model that is to go on
     * is opened in this type.
     *
     * @param output the output of the run
     * @return the type; empty if no run was interrupted there
     * @throws IOException if the place of the state can't be found out
     * @see OpenOptions.Builder#optDataType
     */
    public static Optional<DataType> interruptedPrecision(Path output) throws IOException {
        return TrainingState.precision(StateFolder.of(output));
    }

    /** Returns what was chosen for this run. */
    @Internal
    public FineTuningOptions options() {
        return options;
    }

    /** Prepares the run, and refuses what does not fit, without training or writing. */
    @Internal
    public PreparedRun prepare() throws IOException {
        return PreparedRun.of(options);
    }

    /**
     * Trains, measures and saves. If that fails, the model is left as it was before.
     *
     * <p>Runs of several threads train one after another, in the order in which they came, as the
     * engine has one gradient collector and one source of random numbers for all; the listener is
     * told when a run waits. Predictions of other threads go on meanwhile: each sees the parameters
     * of one step. Whoever draws random numbers from the engine meanwhile changes the result of a
     * method with dropout.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the output holds an adapter that must not
     *     be overwritten
     * @throws IOException if a file can't be read or written, another run has the output, or this
     *     thread is interrupted while it waits
     * @throws IllegalArgumentException if model, data and options do not fit each other; the
     *     message says what to change
     * @throws ArithmeticException if the training diverges
     * @throws IllegalStateException if a gradient collector that somebody else has opened in this
     *     process does not close for minutes
     */
    public FineTuningResult run() throws IOException {
        return new FineTuningRun(options).run();
    }

    /** Gathers the options of a run. */
    public static final class Builder extends OptimizerBuilder<Builder> {

        private AdaptedModel model;
        private AdapterConfig config;
        private LabelledData train;
        private LabelledData dev;
        private OptionalDouble devShare = OptionalDouble.empty();
        private Optional<String> devSplit = Optional.empty();
        private Path output;
        private ProgressListener listener = ProgressPrinter.logged(logger::info, logger::warn);
        private ProcessGroup group = ProcessGroup.SINGLE;

        private Builder() {}

        private Builder(FineTuningOptions options) {
            model = options.model();
            config = options.config();
            train = options.train();
            dev = options.dev();
            devSplit = options.devSplit();
            output = options.output();
            listener = options.listener();
            group = options.group();
            settings = options.settings();
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the {@link TrainingSettings#arguments} that are given, and replaces those of
         * embeddings.
         */
        @Internal
        public Builder optGiven(Map<String, ?> given) {
            settings = TrainingSettings.given(settings, given);
            return this;
        }

        /** Sets the model, opened from a directory; the adapter is added to it and active. */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /** Sets the adapter's method, options and targets. */
        public Builder setConfig(AdapterConfig config) {
            this.config = config;
            return this;
        }

        /** Sets the examples to learn from; they decide the labels. */
        public Builder setTrain(LabelledData train) {
            this.train = train;
            return this;
        }

        /** Sets the examples by which the best epoch is chosen; or {@link #optDevSplit}. */
        public Builder setDev(LabelledData dev) {
            this.dev = dev;
            return this;
        }

        /**
         * Sets the share of the training data by which the best epoch is chosen, and which is not
         * learned from, where there is no other data for that. {@link HeldOutSplit} decides which
         * examples these are, by the random seed.
         *
         * @param share more than 0 and at most 0.5
         */
        public Builder optDevSplit(double share) {
            HeldOutSplit.requireShare(share);
            this.devShare = OptionalDouble.of(share);
            return this;
        }

        /**
         * Sets where the adapter is saved. Beside it, in a folder with the ending {@code .partial},
         * the run keeps its state until it is done; in the output itself where that is a volume of
         * its own or nothing can be written beside it. One run at a time can have an output.
         *
         * @param output a folder that does not exist or is empty, or holds an adapter that may be
         *     {@linkplain #optOverwrite overwritten}
         */
        public Builder setOutput(Path output) {
            this.output = output;
            return this;
        }

        /** Sets the adapter's name in the model (default {@code default}). */
        public Builder optName(String name) {
            return set(TrainingSettings.NAME, name);
        }

        /** Sets the number of passes over the training data, at least 1 (default 3). */
        public Builder optEpochs(int epochs) {
            return set(TrainingSettings.EPOCHS, epochs);
        }

        /**
         * Sets the highest learning rate of the head, positive (default 0.005; 0.01 for a new head
         * with more than 10 classes of texts or words).
         */
        public Builder optHeadLearningRate(double headLearningRate) {
            return set(TrainingSettings.HEAD_LEARNING_RATE, headLearningRate);
        }

        /** Sets the number of examples of a step, at least 1 (default 32). */
        public Builder optBatchSize(int batchSize) {
            return set(TrainingSettings.BATCH_SIZE, batchSize);
        }

        /** Sets the number of examples that are evaluated at once, at least 1 (default 64). */
        public Builder optEvaluationBatchSize(int evaluationBatchSize) {
            return set(TrainingSettings.EVALUATION_BATCH_SIZE, evaluationBatchSize);
        }

        /**
         * Sets the length to which texts are truncated, at least 4 tokens (default: what suits the
         * model). Prompts and responses are not truncated; longer ones are refused.
         */
        public Builder optMaxLength(int maxLength) {
            return set(TrainingSettings.MAX_LENGTH, maxLength);
        }

        /**
         * Sets whether prompts and responses are written by the model's chat template (default: if
         * it has one). The prompt is then the turn of the user, the response that of the assistant.
         */
        public Builder optChatTemplate(boolean chatTemplate) {
            return set(TrainingSettings.CHAT_TEMPLATE, chatTemplate);
        }

        /**
         * Sets which turns of conversations a language model learns (default: the last one, which
         * is always the assistant's).
         *
         * @param turns the last one or all of the assistant
         */
        public Builder optTrainOn(TrainedTurns turns) {
            return set(TrainingSettings.TRAIN_ON, turns);
        }

        /**
         * Sets whether the prompts and responses of a step share rows of at most the maximum length
         * (default false). They do not see each other, so loss and gradients are the same; only
         * checkpoints of decoders can do it.
         *
         * @param packing whether they share rows
         */
        public Builder optPacking(boolean packing) {
            return set(TrainingSettings.PACKING, packing);
        }

        /**
         * Sets how dear it is to depart from the base model for the sake of {@linkplain
         * PreferenceData preferences} (default 0.1).
         *
         * @param beta the factor of rewards, positive
         */
        public Builder optBeta(double beta) {
            return set(TrainingSettings.BETA, beta);
        }

        /**
         * Sets how many tokens, at least 0, two windows share where the text that is to answer a
         * question is too long to be read at once (default 128; never more than half of a window).
         */
        public Builder optDocStride(int stride) {
            return set(TrainingSettings.STRIDE, stride);
        }

        /**
         * Sets the side to which images are resized, from 1 to {@value
         * TrainingSettings#LARGEST_IMAGE} pixels (default: what suits the model).
         */
        public Builder optImageSize(int imageSize) {
            return set(TrainingSettings.IMAGE_SIZE, imageSize);
        }

        /**
         * Sets how the images of training batches are changed at random, in the order of the
         * declaration (default: not at all). The development data stay as they are.
         */
        public Builder optAugment(Augmentation... augmentations) {
            return set(TrainingSettings.AUGMENTATIONS, List.of(augmentations));
        }

        /** Sets the random seed (default 42). */
        public Builder optSeed(long seed) {
            return set(TrainingSettings.SEED, seed);
        }

        /**
         * Sets how many batches make a step (default 1). Their gradients are added up, each example
         * counting the same, or each token of entities and responses, before the adapter is
         * updated: a step of large batches in the memory of a small one. The losses of embeddings
         * that compare pairs (mnrl, gist, cosent, angle, online-contrastive) compare those of one
         * batch; for them {@link EmbeddingOptions} has mini-batches, which compare those of a large
         * one.
         *
         * @param accumulate at least 1
         */
        public Builder optAccumulate(int accumulate) {
            return set(TrainingSettings.ACCUMULATE, accumulate);
        }

        /** Sets the share of the steps, from 0 to 1, over which rates rise (default 0.06). */
        public Builder optWarmUp(double warmUp) {
            return set(TrainingSettings.WARM_UP, warmUp);
        }

        /**
         * Sets the number of the steps, 0 or more, over which rates rise, in the place of their
         * share. In a run of fewer steps they rise to its end.
         */
        public Builder optWarmUpSteps(int steps) {
            return set(TrainingSettings.WARM_UP_STEPS, steps);
        }

        /** Sets how the learning rates change over the steps (default {@link Scheduler#LINEAR}). */
        public Builder optScheduler(Scheduler scheduler) {
            return set(TrainingSettings.SCHEDULER, scheduler);
        }

        /**
         * Sets the number of steps of the whole run, at least 1, in the place of that of epochs
         * (default: as many as the epochs have). The last epoch may end early then.
         */
        public Builder optMaxSteps(int steps) {
            return set(TrainingSettings.MAX_STEPS, steps);
        }

        /**
         * Sets after how many steps of the run, at least 1, the model is evaluated each time,
         * besides the end of each epoch (default: at these ends only). The best evaluation is kept,
         * and an interrupted run resumes after its last one.
         */
        public Builder optEvalSteps(int steps) {
            return set(TrainingSettings.EVAL_STEPS, steps);
        }

        /**
         * Sets after how many evaluations, at least 1, of which none is better than the best one
         * before them, the run ends (default: never). The learning rates stay those of a run that
         * goes to its end.
         */
        public Builder optEarlyStopping(int evaluations) {
            return set(TrainingSettings.EARLY_STOPPING, evaluations);
        }

        /**
         * Sets in which forms the losses, rates, norms and metrics are reported (default: none), in
         * a folder beside the output with the ending {@code .report}. A run that resumes goes on
         * with the reports; another run with this output replaces them.
         */
        public Builder optReport(ReportKind... kinds) {
            return set(TrainingSettings.REPORT, List.of(kinds));
        }

        /**
         * Sets how a new head pools (default: the mean for texts, the first position for images,
         * and as the model's files say for pairs whose texts a sentence encoder takes one by one).
         * Embeddings are pooled so in the place of what the model's files say, by {@link
         * HeadConfig.Pooling#MEAN} or {@link HeadConfig.Pooling#CLS}.
         *
         * @param pooling the pooling; tasks whose every position has outputs have none by
         *     themselves
         * @throws IllegalArgumentException if it is {@link HeadConfig.Pooling#NONE} or {@link
         *     HeadConfig.Pooling#SPAN}
         */
        public Builder optPooling(HeadConfig.Pooling pooling) {
            return set(TrainingSettings.POOLING, pooling);
        }

        /**
         * Sets how pairs of texts go through the model (default: each alone where the model was
         * trained to give texts vectors, see {@link SentenceSettings#describes}; otherwise both as
         * one sequence). A model with a head of its own takes both as one sequence.
         */
        public Builder optPairEncoding(HeadConfig.PairEncoding pairEncoding) {
            return set(TrainingSettings.PAIR_ENCODING, pairEncoding);
        }

        /**
         * Sets whether the head that a model for classification has of its own starts new (default
         * false): its output layer gets small random weights and an output for each class of the
         * training data, whatever the base model's predicts. It is part of the adapter, and the
         * base model keeps its own. Models that give features get a new head in any case.
         */
        public Builder optNewHead(boolean newHead) {
            return set(TrainingSettings.NEW_HEAD, newHead);
        }

        /** Sets the weights of classes in the loss (default: {@link ClassWeights#EQUAL}). */
        public Builder optClassWeights(ClassWeights weights) {
            return set(TrainingSettings.CLASS_WEIGHTS, weights);
        }

        /**
         * Sets the share of each label of a classification that all classes get alike, or the share
         * of preferences that the loss takes for wrong, which is less than 0.5 (default 0).
         *
         * @param smoothing at least 0 and less than 1
         */
        public Builder optLabelSmoothing(double smoothing) {
            return set(TrainingSettings.LABEL_SMOOTHING, smoothing);
        }

        /**
         * Sets the probabilities from which a text has a class in a multi-label classification
         * (default: {@link Thresholds#HALF}).
         */
        public Builder optThresholds(Thresholds thresholds) {
            return set(TrainingSettings.THRESHOLDS, thresholds);
        }

        /**
         * Sets what is predicted (default: what the labels look like, or a response where the data
         * hold prompts).
         */
        public Builder optTask(TaskKind task) {
            return set(TrainingSettings.TASK, task);
        }

        /**
         * Sets the metric by which epochs are compared, one of those of the task (default: the
         * first of {@link Metrics#names}).
         */
        public Builder optMetric(String metric) {
            return set(TrainingSettings.METRIC, metric);
        }

        /**
         * Sets what follows the run (default: epochs and notes are logged by SLF4J at the level
         * INFO, warnings at WARN).
         */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets the processes that train the adapter together (default: this one alone). Of the
         * batches of a step each computes its share, so there are at least as many ({@link
         * #optAccumulate}) as processes. All evaluate the model, and the metrics of process 0
         * count; an interrupted run resumes from the state of process 0. The others need an output
         * of their own. What dropout draws differs from that in one process.
         */
        public Builder optProcessGroup(ProcessGroup group) {
            this.group = group;
            return this;
        }

        /**
         * Sets whether an interrupted run is resumed if its options and data are the same (default
         * true); otherwise it starts over.
         */
        public Builder optResume(boolean resume) {
            return set(TrainingSettings.RESUME, resume);
        }

        /** Sets how pairs train embeddings (default: {@link EmbeddingOptions#DEFAULT}). */
        public Builder optEmbedding(EmbeddingOptions embedding) {
            return set(TrainingSettings.EMBEDDING, embedding);
        }

        /**
         * Sets a search that must not get worse while another one is learned (default: none). It is
         * measured with the development data, by the same metric. An evaluation whose metric has
         * fallen by more than the tolerance since before the first step is not kept, however good
         * it is on the development data.
         *
         * @param guard pairs, which are searched among their own passages, or a search
         * @param tolerance by how much the metric may fall, from 0 to 1
         * @throws IllegalArgumentException if the data are no search, or the tolerance is out of
         *     its range
         * @see FineTuningResult#guard
         */
        public Builder optGuard(LabelledData guard, double tolerance) {
            return set(TrainingSettings.GUARD, Guard.of(guard, tolerance));
        }

        /**
         * Sets a model that is learned from (default: none). It sees the training data once, and is
         * closed before the training begins.
         *
         * <p>In a classification it predicts the same classes; the loss is \((1 - w) L + w T^2 D\),
         * L being that of the labels and D the Kullback-Leibler divergence of the probabilities at
         * the {@linkplain #optTeacherTemperature temperature} T. With embeddings the {@linkplain
         * EmbeddingOptions.Loss loss} says what is learned: scores of the second text and the
         * negatives (margin-mse, cosine, cosent, angle), which a reranker gives, or a model of
         * vectors by their cosines; or vectors of texts (mse), which also tell false negatives
         * apart (gist).
         *
         * @param location a folder, or another place that {@link AdaptedModel#open(String)} takes
         */
        public Builder optTeacher(String location) {
            return set(TrainingSettings.TEACHER, location);
        }

        /** Sets an adapter that the teacher has (default: none). */
        public Builder optTeacherAdapter(String location) {
            return set(TrainingSettings.TEACHER_ADAPTER, location);
        }

        /** Sets what the logits of classes are divided by, positive (default 2). */
        public Builder optTeacherTemperature(double temperature) {
            return set(TrainingSettings.TEACHER_TEMPERATURE, temperature);
        }

        /** Sets the share w of the teacher in the loss of classes, up to 1 (default 0.5). */
        public Builder optTeacherWeight(double weight) {
            return set(TrainingSettings.TEACHER_WEIGHT, weight);
        }

        /**
         * Sets whether an adapter that the output holds is replaced when the run is done (default
         * false: the run is refused, before it begins).
         */
        public Builder optOverwrite(boolean overwrite) {
            return set(TrainingSettings.OVERWRITE, overwrite);
        }

        /** Builds the fine-tuner. */
        public FineTuner build() {
            return new FineTuner(options());
        }

        private FineTuningOptions options() {
            LabelledData learned = train;
            LabelledData measured = dev;
            if (devShare.isPresent()) {
                if (dev != null) {
                    throw new IllegalStateException(
                            "The development data are given by both setDev and optDevSplit; leave"
                                    + " one out");
                }
                Objects.requireNonNull(train, "setTrain is missing");
                double share = devShare.getAsDouble();
                long seed = settings.get(TrainingSettings.SEED);
                HeldOutSplit parts = HeldOutSplit.of(train, share, seed);
                learned = parts.train();
                measured = parts.heldOut();
                devSplit = Optional.of("%s by seed %d".formatted(PlainNumber.of(share), seed));
            }
            return new FineTuningOptions(
                    model,
                    config,
                    learned,
                    atDepths(measured),
                    devSplit,
                    output,
                    listener,
                    group,
                    settings);
        }

        /** Has a search measured at the chosen depths, and at that of the chosen metric. */
        private LabelledData atDepths(LabelledData measured) {
            Optional<String> metric =
                    settings.find(TrainingSettings.METRIC)
                            .filter(name -> !Metrics.names(TaskKind.EMBEDDING).contains(name));
            List<Integer> depths = settings.get(TrainingSettings.EMBEDDING).depths(metric);
            return depths.isEmpty() || measured == null
                    ? measured
                    : RetrievalData.search(measured)
                            .<LabelledData>map(search -> search.measuredAt(depths))
                            .orElse(measured);
        }
    }
}
