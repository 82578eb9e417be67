/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
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
public abstract sealed class TaskDataset implements Dataset permits TextDataset, ImageDataset {

    /** Decides all that is random. */
    final long seed;

    private final LabelSpace labelSpace;
    private final double[] labels;
    private final int batchSize;
    private final boolean shuffle;
    private final AtomicInteger epoch = new AtomicInteger();

    TaskDataset(BaseBuilder<?> builder, LabelledData data) {
        this.labelSpace = builder.labelSpace;
        this.labels = labelSpace.encode(data);
        this.batchSize = builder.batchSize;
        this.seed = builder.seed;
        this.shuffle = builder.shuffle;
    }

    /** Measures an example, so that those of similar length share a batch. */
    abstract int length(int row);

    /**
     * Creates the input arrays of some examples.
     *
     * @param passes how many passes over the data went before
     */
    abstract NDList inputs(NDManager manager, int[] rows, int passes) throws IOException;

    /**
     * Returns the number of examples.
     *
     * @return at least 1
     */
    public int size() {
        return labels.length;
    }

    /**
     * Returns the number of batches of one pass: the steps of an epoch.
     *
     * @return the number of examples over the batch size, rounded up
     */
    public int batchCount() {
        return (labels.length + batchSize - 1) / batchSize;
    }

    /**
     * Returns the labels as numbers, for metrics.
     *
     * @return one number per row of the data: the index of the class or the value
     */
    public double[] labels() {
        return labels.clone();
    }

    /** Does nothing: the builder has read and checked everything. */
    @Override
    public void prepare(Progress progress) {}

    @Override
    public Iterable<Batch> getData(NDManager manager) {
        return getData(manager, shuffle ? epoch.getAndIncrement() : 0);
    }

    /** Returns the batches of the pass before which so many others went. */
    Iterable<Batch> getData(NDManager manager, int passes) {
        int[] lengths = IntStream.range(0, labels.length).map(this::length).toArray();
        List<int[]> batches =
                shuffle
                        ? BatchOrder.shuffled(lengths, batchSize, seed, passes)
                        : BatchOrder.byLength(lengths, batchSize);
        return () -> new BatchIterator(manager, batches, passes);
    }

    private Batch batch(NDManager parent, int[] rows, int passes, int position, int count) {
        NDManager manager = parent.newSubManager();
        try {
            return new Batch(
                    manager,
                    inputs(manager, rows, passes),
                    new NDList(labelArray(manager, rows)),
                    rows.length,
                    Batchifier.STACK,
                    Batchifier.STACK,
                    position,
                    count,
                    IntStream.of(rows).boxed().toList());
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e.getMessage(), e);
        }
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

    private final class BatchIterator implements Iterator<Batch> {

        private final NDManager manager;
        private final List<int[]> batches;
        private final int passes;
        private int next;

        BatchIterator(NDManager manager, List<int[]> batches, int passes) {
            this.manager = manager;
            this.batches = batches;
            this.passes = passes;
        }

        @Override
        public boolean hasNext() {
            return next < batches.size();
        }

        @Override
        public Batch next() {
            if (!hasNext()) {
                throw new NoSuchElementException("The pass over the data is over");
            }
            Batch batch = batch(manager, batches.get(next), passes, next, batches.size());
            next++;
            return batch;
        }
    }

    /**
     * What the builders of all datasets share.
     *
     * @param <T> the builder itself
     */
    public abstract static sealed class BaseBuilder<T extends BaseBuilder<T>>
            permits TextDataset.Builder, ImageDataset.Builder {

        LabelSpace labelSpace;
        boolean shuffle;
        private int batchSize = 32;
        private long seed;

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
            if (batchSize < 1) {
                throw new IllegalArgumentException(
                        "The batch size must be at least 1, got " + batchSize);
            }
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
            this.shuffle = true;
            this.seed = seed;
            return self();
        }
    }
}
