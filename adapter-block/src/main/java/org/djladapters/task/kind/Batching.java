/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.TeacherOutputs;
import org.djladapters.data.TokenizedDataset;
import org.djladapters.model.AdaptedModel;

/**
 * How the examples of a task become batches.
 *
 * @param shuffleSeed decides the order of each pass; without it the order is always the same
 * @param augmentations change the images of shuffled batches
 * @param teacher what batches have after their labels
 */
public record Batching(
        int size,
        OptionalLong shuffleSeed,
        List<Augmentation> augmentations,
        Optional<TeacherOutputs> teacher) {

    /** Returns batches to measure on. */
    public static Batching inOrder(int size) {
        return new Batching(size, OptionalLong.empty(), List.of(), Optional.empty());
    }

    /** Sets model, batch size and order of a dataset. */
    public <B extends BatchedDataset.BaseBuilder<?, B>> B set(B builder, AdaptedModel model) {
        shuffleSeed.ifPresent(builder::optShuffle);
        teacher.ifPresent(builder::optTeacher);
        return builder.setModel(TaskInputs.directory(model)).optBatchSize(size);
    }

    /** Sets the same and the inputs and the length of a dataset of text. */
    public <B extends TokenizedDataset.BaseBuilder<?, B>> B set(
            B builder, AdaptedModel model, int maxLength) {
        return set(builder.setInputs(model.inputNames()), model).optMaxLength(maxLength);
    }
}
