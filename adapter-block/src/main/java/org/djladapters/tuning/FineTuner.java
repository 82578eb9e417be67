/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.HeadConfig;
import org.djladapters.task.Metrics;

/**
 * Fine-tunes an adapter and its head on labelled texts or images, or a language model on responses.
 *
 * <p>A model that gives features gets a new head; of a model for classification its own head is
 * trained with the adapter. The loss is the cross entropy, or for a regression the squared error.
 *
 * <p>A causal language model learns from {@link PromptData}. It gets no head: the loss is the mean
 * cross entropy of the tokens of a batch's responses and of the end token after each (where the
 * model has one), given all tokens before; those of the prompts do not count. Prompt and response
 * must fit into the maximal length, as nothing is cut.
 *
 * <p>After each epoch the model is measured on the development data; the adapter ends with the
 * parameters of the best epoch and is saved with a record of the run and its labels.
 *
 * <p>Equal seeds give equal results where products are computed in the same way ({@link
 * AdaptedModel#matmul}). A run that was killed is started again with the same options and goes on
 * after its last complete epoch, with the products that it began with, to the same result; a model
 * for which others were chosen is refused.
 */
public final class FineTuner {

    private final Builder options;

    private FineTuner(Builder options) {
        this.options = options;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
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
     * @return what was reached
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
    public static final class Builder {

        /** Larger images are hardly meant, and one of them would take a gigabyte. */
        private static final int LARGEST_IMAGE = 8192;

        AdaptedModel model;
        AdapterConfig config;
        LabelledData train;
        LabelledData dev;
        Path output;
        String name = "default";
        int epochs = 3;
        OptionalDouble learningRate = OptionalDouble.empty();
        double headLearningRate = 5e-3;
        public int batchSize = 32;
        int evaluationBatchSize = 64;
        OptionalInt maxLength = OptionalInt.empty();
        OptionalInt imageSize = OptionalInt.empty();
        List<Augmentation> augmentations = List.of();
        public long seed = 42;
        double warmUp = LearningRates.WARM_UP;
        double weightDecay;
        double clip = 1;
        HeadConfig.Pooling pooling;
        TaskKind task;
        String metric;
        ProgressListener listener = new ProgressListener() {};
        public boolean resume = true;
        boolean overwrite;

        private Builder() {}

        /**
         * Sets the model. The adapter is added to it and active afterwards.
         *
         * @param model a model opened from a directory
         * @return this builder
         */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /**
         * Sets the adapter's method, options and targets.
         *
         * @param config the configuration
         * @return this builder
         */
        public Builder setConfig(AdapterConfig config) {
            this.config = config;
            return this;
        }

        /**
         * Sets the examples to learn from; they decide the labels.
         *
         * @param train the training data
         * @return this builder
         */
        public Builder setTrain(LabelledData train) {
            this.train = train;
            return this;
        }

        /**
         * Sets the examples by which the best epoch is chosen.
         *
         * @param dev the development data
         * @return this builder
         */
        public Builder setDev(LabelledData dev) {
            this.dev = dev;
            return this;
        }

        /**
         * Sets where the adapter is saved. Beside it, in a folder with the ending {@code .partial},
         * the run keeps its state until it is done; in the output itself where that is a volume of
         * its own or nothing can be written beside it. One run at a time can have an output.
         *
         * @param output a folder that does not exist or is empty, or holds an adapter that may be
         *     {@linkplain #optOverwrite overwritten}
         * @return this builder
         */
        public Builder setOutput(Path output) {
            this.output = output;
            return this;
        }

        /**
         * Sets the adapter's name in the model (default {@code default}).
         *
         * @param name the name
         * @return this builder
         */
        public Builder optName(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets the number of passes over the training data (default 3).
         *
         * @param epochs at least 1
         * @return this builder
         */
        public Builder optEpochs(int epochs) {
            requirePositive("number of epochs", epochs);
            this.epochs = epochs;
            return this;
        }

        /**
         * Sets the highest learning rate of the adapter (default: one that suits the method).
         *
         * @param learningRate positive
         * @return this builder
         */
        public Builder optLearningRate(double learningRate) {
            requireRate("learning rate", learningRate);
            this.learningRate = OptionalDouble.of(learningRate);
            return this;
        }

        /**
         * Sets the highest learning rate of the head (default 0.005).
         *
         * @param headLearningRate positive
         * @return this builder
         */
        public Builder optHeadLearningRate(double headLearningRate) {
            requireRate("learning rate of the head", headLearningRate);
            this.headLearningRate = headLearningRate;
            return this;
        }

        /**
         * Sets the number of examples of a step (default 32).
         *
         * @param batchSize at least 1
         * @return this builder
         */
        public Builder optBatchSize(int batchSize) {
            requirePositive("batch size", batchSize);
            this.batchSize = batchSize;
            return this;
        }

        /**
         * Sets the number of examples that are evaluated at once (default 64).
         *
         * @param evaluationBatchSize at least 1
         * @return this builder
         */
        public Builder optEvaluationBatchSize(int evaluationBatchSize) {
            requirePositive("batch size of the evaluation", evaluationBatchSize);
            this.evaluationBatchSize = evaluationBatchSize;
            return this;
        }

        /**
         * Sets the length to which texts are cut, in tokens (default: what suits the model).
         * Prompts and responses are not cut; longer ones are refused.
         *
         * @param maxLength at least 4
         * @return this builder
         */
        public Builder optMaxLength(int maxLength) {
            TextEncoder.requireRoom(maxLength);
            this.maxLength = OptionalInt.of(maxLength);
            return this;
        }

        /**
         * Sets the side to which images are resized, in pixels (default: what suits the model).
         *
         * @param imageSize from 1 to {@value #LARGEST_IMAGE}
         * @return this builder
         */
        public Builder optImageSize(int imageSize) {
            if (imageSize < 1 || imageSize > LARGEST_IMAGE) {
                throw new IllegalArgumentException(
                        "The image size must be from 1 to %d pixels, got %d"
                                .formatted(LARGEST_IMAGE, imageSize));
            }
            this.imageSize = OptionalInt.of(imageSize);
            return this;
        }

        /**
         * Sets how the images of training batches are changed at random (default: not at all). The
         * development data stay as they are.
         *
         * @param augmentations all of them happen, in the order of their declaration
         * @return this builder
         */
        public Builder optAugment(Augmentation... augmentations) {
            this.augmentations = Stream.of(augmentations).distinct().sorted().toList();
            return this;
        }

        /**
         * Sets the seed of all randomness (default 42).
         *
         * @param seed any number
         * @return this builder
         */
        public Builder optSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Sets the share of the steps over which the learning rates rise (default 0.06).
         *
         * @param warmUp from 0 to 1
         * @return this builder
         */
        public Builder optWarmUp(double warmUp) {
            if (!(warmUp >= 0 && warmUp <= 1)) {
                throw new IllegalArgumentException(
                        "The warm-up must be a share of the steps from 0 to 1, got "
                                + PlainNumber.of(warmUp));
            }
            this.warmUp = warmUp;
            return this;
        }

        /**
         * Sets how strongly parameters are drawn to zero (default 0).
         *
         * @param weightDecay at least 0
         * @return this builder
         */
        public Builder optWeightDecay(double weightDecay) {
            if (!(weightDecay >= 0 && weightDecay <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "The weight decay must be 0 or positive and within the range of"
                                + " float32, got "
                                + PlainNumber.of(weightDecay));
            }
            this.weightDecay = weightDecay;
            return this;
        }

        /**
         * Sets the norm to which the gradients of a step are cut (default 1).
         *
         * @param clip positive
         * @return this builder
         */
        public Builder optClip(double clip) {
            requirePositive("norm of the gradients", clip);
            this.clip = clip;
            return this;
        }

        /**
         * Sets how a new head pools (default: the mean for texts, the first position for images).
         *
         * @param pooling the pooling
         * @return this builder
         */
        public Builder optPooling(HeadConfig.Pooling pooling) {
            this.pooling = pooling;
            return this;
        }

        /**
         * Sets what is predicted (default: what the labels look like, or a response where the data
         * hold prompts).
         *
         * @param task the kind of task
         * @return this builder
         */
        public Builder optTask(TaskKind task) {
            this.task = task;
            return this;
        }

        /**
         * Sets the metric by which epochs are compared (default: the first of {@link
         * Metrics#names}).
         *
         * @param metric one of the metrics of the task
         * @return this builder
         */
        public Builder optMetric(String metric) {
            this.metric = metric;
            return this;
        }

        /**
         * Sets what follows the run.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder optListener(ProgressListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Sets whether a run that was interrupted is gone on with if its options and data are the
         * same (default true).
         *
         * @param resume false to start afresh
         * @return this builder
         */
        public Builder optResume(boolean resume) {
            this.resume = resume;
            return this;
        }

        /**
         * Sets whether an adapter that the output holds is replaced when the run is done (default
         * false: the run is refused, before it begins).
         *
         * @param overwrite true to replace it
         * @return this builder
         */
        public Builder optOverwrite(boolean overwrite) {
            this.overwrite = overwrite;
            return this;
        }

        /**
         * Builds the fine-tuner.
         *
         * @return the fine-tuner
         */
        public FineTuner build() {
            Objects.requireNonNull(model, "setModel is missing");
            Objects.requireNonNull(config, "setConfig is missing");
            Objects.requireNonNull(train, "setTrain is missing");
            Objects.requireNonNull(dev, "setDev is missing");
            Objects.requireNonNull(output, "setOutput is missing");
            return new FineTuner(this);
        }

        private static void requireRate(String what, double value) {
            requirePositive(what, value);
            if (value < Float.MIN_VALUE || (float) value > AdamW.LARGEST_RATE) {
                throw new IllegalArgumentException(
                        "The %s must be from 1.4e-45 to 1e37, got %s"
                                .formatted(what, PlainNumber.of(value)));
            }
        }

        private static void requirePositive(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "The %s must be at least 1, got %d".formatted(what, value));
            }
        }

        private static void requirePositive(String what, double value) {
            if (!(value > 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        "The %s must be positive, got %s".formatted(what, PlainNumber.of(value)));
            }
        }
    }
}
