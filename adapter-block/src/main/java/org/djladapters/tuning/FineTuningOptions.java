/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.Augmentation;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.EmbeddingOptions;

/**
 * The options of a fine-tuning run, as {@link FineTuner.Builder} gathers and describes them.
 *
 * @param model the model
 * @param config the adapter's method, options and targets
 * @param train the examples to learn from
 * @param dev the examples by which the best epoch is chosen
 * @param devSplit which part of the training data {@code dev} was, and the seed that decided it,
 *     for the record; empty if it was none
 * @param output where the adapter is saved
 * @param name the adapter's name in the model
 * @param epochs the number of passes over the training data, at least 1
 * @param learningRate the highest learning rate of the adapter; empty for one that suits the method
 * @param headLearningRate the highest learning rate of the head
 * @param batchSize the number of examples of a step, at least 1
 * @param evaluationBatchSize the number of examples that are evaluated at once, at least 1
 * @param maxLength the length to which texts are truncated, in tokens; empty for what suits the
 *     model
 * @param chatTemplate whether prompts and responses are written by the model's chat template; empty
 *     for if it has one
 * @param stride how many tokens of a text two windows share in question answering; empty for 128
 * @param imageSize the side to which images are resized, in pixels; empty for what suits the model
 * @param augmentations how the images of training batches are changed at random
 * @param seed the random seed
 * @param warmUp the share of the steps over which the learning rates rise, from 0 to 1
 * @param weightDecay how strongly parameters are drawn to zero, at least 0
 * @param clip the norm to which the gradients of a step are clipped, positive
 * @param accumulate how many batches make a step, at least 1
 * @param pooling how a new head pools; empty for what suits the data
 * @param pairEncoding how pairs of texts go through the model; empty for what suits the model
 * @param newHead whether the model's own head starts new, with the outputs that the data need
 * @param task what is predicted; empty for what the data look like
 * @param metric the metric by which epochs are compared; empty for the first of the task
 * @param embedding how embeddings are learned, if they are
 * @param listener what follows the run
 * @param resume whether a run that was interrupted is resumed
 * @param overwrite whether an adapter that the output holds is replaced
 */
public record FineTuningOptions(
        AdaptedModel model,
        AdapterConfig config,
        LabelledData train,
        LabelledData dev,
        Optional<String> devSplit,
        Path output,
        String name,
        int epochs,
        OptionalDouble learningRate,
        double headLearningRate,
        int batchSize,
        int evaluationBatchSize,
        OptionalInt maxLength,
        Optional<Boolean> chatTemplate,
        OptionalInt stride,
        OptionalInt imageSize,
        List<Augmentation> augmentations,
        long seed,
        double warmUp,
        double weightDecay,
        double clip,
        int accumulate,
        Optional<HeadConfig.Pooling> pooling,
        Optional<HeadConfig.PairEncoding> pairEncoding,
        boolean newHead,
        Optional<TaskKind> task,
        Optional<String> metric,
        EmbeddingOptions embedding,
        ProgressListener listener,
        boolean resume,
        boolean overwrite) {

    /** Larger images are hardly meant, and one of them would take a gigabyte. */
    static final int LARGEST_IMAGE = 8192;

    /** Checks that nothing is missing and all numbers are in their ranges. */
    public FineTuningOptions {
        requireNonNull(model, "setModel is missing");
        requireNonNull(config, "setConfig is missing");
        requireNonNull(train, "setTrain is missing");
        requireNonNull(dev, "setDev or setDevSplit is missing");
        requireNonNull(output, "setOutput is missing");
        requireNonNull(name, "the adapter needs a name");
        requireNonNull(embedding, "the options of embeddings are null");
        requireNonNull(listener, "the listener is null");
        requirePositive("number of epochs", epochs);
        learningRate.ifPresent(rate -> requireRate("learning rate", rate));
        requireRate("learning rate of the head", headLearningRate);
        requirePositive("batch size", batchSize);
        requirePositive("batch size of the evaluation", evaluationBatchSize);
        maxLength.ifPresent(TextEncoder::requireRoom);
        stride.ifPresent(FineTuningOptions::requireStride);
        imageSize.ifPresent(FineTuningOptions::requireImageSize);
        augmentations = List.copyOf(augmentations);
        requireShare(warmUp);
        requireDecay(weightDecay);
        requirePositive("norm of the gradients", clip);
        requirePositive("number of batches of a step", accumulate);
    }

    /**
     * Returns the same options with another seed.
     *
     * @param seed the random seed
     * @return the options
     */
    public FineTuningOptions withSeed(long seed) {
        return FineTuner.Builder.of(this).optSeed(seed).options();
    }

    /**
     * Returns the same options with another output.
     *
     * @param output where the adapter is saved
     * @return the options
     */
    public FineTuningOptions withOutput(Path output) {
        return FineTuner.Builder.of(this).setOutput(output).options();
    }

    /**
     * Returns the same options with another listener.
     *
     * @param listener what follows the run
     * @return the options
     */
    public FineTuningOptions withListener(ProgressListener listener) {
        return FineTuner.Builder.of(this).optListener(listener).options();
    }

    /**
     * Returns the same options with another answer to what happens to an adapter that the output
     * holds.
     *
     * @param overwrite whether it is replaced
     * @return the options
     */
    public FineTuningOptions withOverwrite(boolean overwrite) {
        return FineTuner.Builder.of(this).optOverwrite(overwrite).options();
    }

    static void requireRate(String what, double value) {
        requirePositive(what, value);
        if (value < Float.MIN_VALUE || (float) value > AdamW.LARGEST_RATE) {
            throw new IllegalArgumentException(
                    "The %s must be from 1.4e-45 to 1e37, got %s"
                            .formatted(what, PlainNumber.of(value)));
        }
    }

    static void requirePositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "The %s must be at least 1, got %d".formatted(what, value));
        }
    }

    static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "The %s must be positive, got %s".formatted(what, PlainNumber.of(value)));
        }
    }

    static void requireStride(int stride) {
        if (stride < 0) {
            throw new IllegalArgumentException(
                    "The number of tokens that windows share must be 0 or more, got " + stride);
        }
    }

    static void requireImageSize(int imageSize) {
        if (imageSize < 1 || imageSize > LARGEST_IMAGE) {
            throw new IllegalArgumentException(
                    "The image size must be from 1 to %d pixels, got %d"
                            .formatted(LARGEST_IMAGE, imageSize));
        }
    }

    static void requireShare(double warmUp) {
        if (!(warmUp >= 0 && warmUp <= 1)) {
            throw new IllegalArgumentException(
                    "The warm-up must be a share of the steps from 0 to 1, got "
                            + PlainNumber.of(warmUp));
        }
    }

    static void requireDecay(double weightDecay) {
        if (!(weightDecay >= 0 && weightDecay <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "The weight decay must be 0 or positive and within the range of float32, got "
                            + PlainNumber.of(weightDecay));
        }
    }
}
