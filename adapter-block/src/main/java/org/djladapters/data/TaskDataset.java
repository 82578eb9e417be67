/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Labelled examples as batches for stock DJL training and evaluation.
 *
 * <p>A batch of B examples has one label array: the classes' indices, int64 of shape (B), or for a
 * regression the values, float32 of shape (B, 1). {@link Batch#getIndices()} gives the examples'
 * rows in the data, as {@link Integer}. All arrays are without names and belong to the batch, which
 * the caller closes.
 *
 * <p>A shuffled dataset goes through its examples in another order each time that {@link
 * #getData(NDManager)} is called; the order depends on nothing but the seed and how many calls went
 * before. One that is not shuffled is always in the same order, which is not that of the data:
 * examples of similar length go together.
 */
public abstract sealed class TaskDataset extends BatchedDataset permits TextDataset, ImageDataset {

    private final LabelSpace labelSpace;
    private final double[] labels;

    TaskDataset(BaseBuilder<?> builder, LabelledData data) {
        super(data.size(), builder.batchSize, builder.shuffleSeed);
        this.labelSpace = builder.labelSpace;
        this.labels = labelSpace.encode(data);
    }

    /**
     * Returns the labels as values, for metrics.
     *
     * @return one number per row of the data: the index of the class or the value
     */
    public double[] labels() {
        return labels.clone();
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        return new NDList(labelArray(manager, rows));
    }

    private NDArray labelArray(NDManager manager, int[] rows) {
        if (labelSpace.kind() == TaskKind.CLASSIFICATION) {
            return manager.create(
                    IntStream.of(rows).mapToLong(row -> (long) labels[row]).toArray());
        }
        float[] values = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            values[i] = (float) labels[rows[i]];
        }
        return manager.create(values, new Shape(rows.length, 1));
    }

    /**
     * What the builders of all datasets share.
     *
     * @param <T> the builder itself
     */
    public abstract static sealed class BaseBuilder<T extends BaseBuilder<T>>
            permits TextDataset.Builder, ImageDataset.Builder {

        LabelSpace labelSpace;
        OptionalLong shuffleSeed = OptionalLong.empty();
        private int batchSize = 32;

        BaseBuilder() {}

        abstract T self();

        /**
         * Sets what the labels mean; for all datasets of a task that of the training data.
         *
         * @param labelSpace the label space
         * @return this builder
         */
        public T setLabelSpace(LabelSpace labelSpace) {
            this.labelSpace = labelSpace;
            return self();
        }

        /**
         * Sets the number of examples in a batch (default 32); the last batch may be smaller.
         *
         * @param batchSize at least 1
         * @return this builder
         */
        public T optBatchSize(int batchSize) {
            requirePositive(batchSize);
            this.batchSize = batchSize;
            return self();
        }

        /**
         * Sets that the order changes with every pass, as training needs (default: it doesn't).
         *
         * @param seed decides all the orders
         * @return this builder
         */
        public T optShuffle(long seed) {
            this.shuffleSeed = OptionalLong.of(seed);
            return self();
        }
    }
}
