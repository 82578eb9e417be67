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
import org.djladapters.data.TrainedTurns;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.Guard;
import org.djladapters.task.option.TaskOptions;
import org.djladapters.task.option.TeacherOptions;
import org.djladapters.task.option.Thresholds;

/**
 * The options of a fine-tuning run, as {@link FineTuner.Builder} gathers and describes them.
 *
 * @param devSplit which part of the training data {@code dev} was, and the seed that decided it,
 *     for the record; empty if it was no part of them
 */
@Internal
public record FineTuningOptions(
        AdaptedModel model,
        AdapterConfig config,
        LabelledData train,
        LabelledData dev,
        Optional<String> devSplit,
        Path output,
        ProgressListener listener,
        ProcessGroup group,
        OptionValues settings)
        implements TaskOptions {

    /** Checks that nothing is missing. */
    public FineTuningOptions {
        requireNonNull(model, "setModel is missing");
        requireNonNull(config, "setConfig is missing");
        requireNonNull(train, "setTrain is missing");
        requireNonNull(dev, "setDev or optDevSplit is missing");
        requireNonNull(output, "setOutput is missing");
        requireNonNull(listener, "the listener is null");
        requireNonNull(group, "the process group is null");
    }

    <V> V get(Option<V> option) {
        return settings.get(option);
    }

    float number(Option<Double> option) {
        return get(option).floatValue();
    }

    String name() {
        return get(TrainingSettings.NAME);
    }

    @Override
    public OptionalInt maxLength() {
        return settings.findInt(TrainingSettings.MAX_LENGTH);
    }

    @Override
    public Optional<Boolean> chatTemplate() {
        return settings.find(TrainingSettings.CHAT_TEMPLATE);
    }

    @Override
    public Optional<TrainedTurns> trainOn() {
        return settings.find(TrainingSettings.TRAIN_ON);
    }

    @Override
    public boolean packing() {
        return get(TrainingSettings.PACKING);
    }

    @Override
    public Optional<Double> beta() {
        return settings.find(TrainingSettings.BETA);
    }

    @Override
    public OptionalInt stride() {
        return settings.findInt(TrainingSettings.STRIDE);
    }

    @Override
    public OptionalInt imageSize() {
        return settings.findInt(TrainingSettings.IMAGE_SIZE);
    }

    /** Returns each augmentation once, in the order in which they happen. */
    @Override
    public List<Augmentation> augmentations() {
        return get(TrainingSettings.AUGMENTATIONS).stream().distinct().sorted().toList();
    }

    @Override
    public Optional<HeadConfig.Pooling> pooling() {
        return settings.find(TrainingSettings.POOLING);
    }

    @Override
    public Optional<HeadConfig.PairEncoding> pairEncoding() {
        return settings.find(TrainingSettings.PAIR_ENCODING);
    }

    @Override
    public boolean newHead() {
        return get(TrainingSettings.NEW_HEAD);
    }

    @Override
    public Optional<TaskKind> task() {
        return settings.find(TrainingSettings.TASK);
    }

    @Override
    public Optional<String> metric() {
        return settings.find(TrainingSettings.METRIC);
    }

    @Override
    public ClassWeights classWeights() {
        return get(TrainingSettings.CLASS_WEIGHTS);
    }

    @Override
    public double labelSmoothing() {
        return get(TrainingSettings.LABEL_SMOOTHING);
    }

    @Override
    public Thresholds thresholds() {
        return get(TrainingSettings.THRESHOLDS);
    }

    @Override
    public EmbeddingOptions embedding() {
        return get(TrainingSettings.EMBEDDING);
    }

    @Override
    public Optional<TeacherOptions> teacher() {
        Optional<String> model = settings.find(TrainingSettings.TEACHER);
        Optional<String> adapter = settings.find(TrainingSettings.TEACHER_ADAPTER);
        Optional<Double> temperature = settings.find(TrainingSettings.TEACHER_TEMPERATURE);
        Optional<Double> weight = settings.find(TrainingSettings.TEACHER_WEIGHT);
        if (model.isEmpty()
                && (adapter.isPresent() || temperature.isPresent() || weight.isPresent())) {
            throw new IllegalArgumentException(
                    "An adapter, a temperature or a weight of a teacher was chosen, but no teacher;"
                            + " name the teacher, or leave them out");
        }
        return model.map(
                location ->
                        new TeacherOptions(
                                location,
                                adapter,
                                temperature.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                                weight.map(OptionalDouble::of).orElse(OptionalDouble.empty())));
    }

    @Override
    public Optional<Guard> guard() {
        return settings.find(TrainingSettings.GUARD);
    }

    @Override
    public void note(String note) {
        listener.onNote(note);
    }

    @Override
    public void warn(String warning) {
        listener.onWarning(warning);
    }

    /** Returns whether a run that was interrupted is resumed. */
    public boolean resume() {
        return get(TrainingSettings.RESUME);
    }

    boolean overwrite() {
        return get(TrainingSettings.OVERWRITE);
    }

    int batchSize() {
        return get(TrainingSettings.BATCH_SIZE);
    }

    int evaluationBatchSize() {
        return get(TrainingSettings.EVALUATION_BATCH_SIZE);
    }

    /** Returns the random seed. */
    public long seed() {
        return get(TrainingSettings.SEED);
    }
}
