/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.Internal;

/**
 * Examples as batches whose members are of similar length, for stock DJL training and evaluation.
 *
 * <p>{@link Batch#getIndices()} gives the examples' rows in the data, as {@link Integer}. All
 * arrays are without names and belong to the batch, which the caller closes.
 *
 * <p>A shuffled dataset goes through its examples in another order each time that {@link
 * #getData(NDManager)} is called; the order depends on nothing but the seed and how many calls went
 * before. One that is not shuffled always has the same order, which is not that of the data.
 */
public abstract sealed class BatchedDataset implements Dataset
        permits TokenizedDataset, ImageDataset {

    private final int size;
    private final int batchSize;
    private final OptionalLong shuffleSeed;
    private final Optional<TeacherOutputs> teacher;
    private final AtomicInteger epoch = new AtomicInteger();

    BatchedDataset(BaseBuilder<?, ?> builder, int size) {
        this.size = size;
        this.batchSize = builder.batchSize;
        this.shuffleSeed = builder.shuffleSeed;
        this.teacher = builder.teacher;
    }

    static void requirePositive(int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "The batch size must be at least 1, got " + batchSize);
        }
    }

    /**
     * The options of all datasets.
     *
     * @param <D> the data
     * @param <B> the builder itself
     */
    public abstract static sealed class BaseBuilder<D, B extends BaseBuilder<D, B>>
            permits TokenizedDataset.BaseBuilder, ImageDataset.Builder {

        D data;
        ModelDirectory model;
        OptionalLong shuffleSeed = OptionalLong.empty();
        Optional<TeacherOutputs> teacher = Optional.empty();
        int batchSize = 32;

        BaseBuilder() {}

        abstract B self();

        /**
         * Sets the examples.
         *
         * @param data the examples
         * @return this builder
         */
        public B setData(D data) {
            this.data = data;
            return self();
        }

        /**
         * Sets the model, whose files tell how examples become inputs.
         *
         * @param model the model's directory
         * @return this builder
         */
        public B setModel(ModelDirectory model) {
            this.model = model;
            return self();
        }

        /**
         * Sets the number of examples in a batch (default 32); the last batch may be smaller.
         *
         * @param batchSize at least 1
         * @return this builder
         */
        public B optBatchSize(int batchSize) {
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
        public B optShuffle(long seed) {
            this.shuffleSeed = OptionalLong.of(seed);
            return self();
        }

        /** Adds what a teacher says of the examples to the labels of every batch. */
        @Internal
        public B optTeacher(TeacherOutputs outputs) {
            this.teacher = Optional.of(outputs);
            return self();
        }
    }

    /** Measures an example, so that those of similar length share a batch. */
    abstract int length(int row);

    /**
     * Creates the input arrays of some examples.
     *
     * @param passes how many passes over the data went before
     */
    abstract NDList inputs(NDManager manager, int[] rows, int passes) throws IOException;

    /** Creates the arrays with which the outputs of some examples are compared. */
    abstract NDList targets(NDManager manager, int[] rows);

    /**
     * Returns the number of examples.
     *
     * @return at least 1
     */
    public int size() {
        return size;
    }

    int batchSize() {
        return batchSize;
    }

    OptionalLong shuffleSeed() {
        return shuffleSeed;
    }

    /** Divides the examples of a pass into batches. */
    List<int[]> batches(int[] lengths, int passes) {
        return shuffleSeed.isPresent()
                ? BatchOrder.shuffled(lengths, batchSize, shuffleSeed.getAsLong(), passes)
                : BatchOrder.byLength(lengths, batchSize);
    }

    final List<int[]> batches(int passes) {
        return batches(IntStream.range(0, size).map(this::length).toArray(), passes);
    }

    /**
     * Returns the number of batches of the first pass: the steps of an epoch.
     *
     * @return the number of batches
     */
    public int batchCount() {
        return batchCount(0);
    }

    /**
     * Returns the number of batches of a pass. It is that of every other pass, unless examples that
     * do not fit together are kept apart.
     *
     * @param passes how many passes went before
     * @return the number of batches
     */
    public int batchCount(int passes) {
        return Math.toIntExact(((long) size + batchSize - 1) / batchSize);
    }

    /** Does nothing: the builder has read and checked everything. */
    @Override
    public void prepare(Progress progress) {}

    @Override
    public Iterable<Batch> getData(NDManager manager) {
        return getData(manager, shuffleSeed.isPresent() ? epoch.getAndIncrement() : 0);
    }

    /**
     * Returns the batches of one pass.
     *
     * @param manager the parent of the batches' managers
     * @param passes how many passes went before
     * @return the batches
     */
    public Iterable<Batch> getData(NDManager manager, int passes) {
        return getData(manager, passes, 0);
    }

    /**
     * Returns the batches of one pass without its first ones, which are not made.
     *
     * @param manager the parent of the batches' managers
     * @param passes how many passes went before
     * @param skipped how many batches to leave out
     * @return the other batches
     */
    public Iterable<Batch> getData(NDManager manager, int passes, int skipped) {
        return getData(manager, passes, position -> position >= skipped);
    }

    /**
     * Returns some batches of one pass; the others are not made.
     *
     * @param manager the parent of the batches' managers
     * @param passes how many passes went before
     * @param taken tells by its position in the pass, from 0, whether a batch is returned
     * @return the batches in their order
     */
    @Internal
    public Iterable<Batch> getData(NDManager manager, int passes, IntPredicate taken) {
        List<int[]> batches = batches(passes);
        return () -> new BatchIterator(manager, batches, passes, taken);
    }

    private NDList labels(NDManager manager, int[] rows) {
        NDList labels = targets(manager, rows);
        teacher.ifPresent(outputs -> labels.addAll(outputs.arrays(manager, rows)));
        return labels;
    }

    private Batch batch(NDManager parent, int[] rows, int passes, int position, int count) {
        NDManager manager = parent.newSubManager();
        try {
            return new Batch(
                    manager,
                    inputs(manager, rows, passes),
                    labels(manager, rows),
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

    private final class BatchIterator implements Iterator<Batch> {

        private final NDManager manager;
        private final List<int[]> batches;
        private final int passes;
        private final IntPredicate taken;
        private int next;

        BatchIterator(NDManager manager, List<int[]> batches, int passes, IntPredicate taken) {
            this.manager = manager;
            this.batches = batches;
            this.passes = passes;
            this.taken = taken;
            skip();
        }

        private void skip() {
            while (next < batches.size() && !taken.test(next)) {
                next++;
            }
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
            skip();
            return batch;
        }
    }
}
