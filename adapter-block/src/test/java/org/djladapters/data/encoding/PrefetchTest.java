/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.djladapters.ManagerFixture;
import org.junit.jupiter.api.Test;

class PrefetchTest extends ManagerFixture {

    private final List<Thread> threads = new ArrayList<>();
    private final Semaphore made = new Semaphore(0);

    /** Counts up to a limit, at which it fails or ends. */
    private Iterable<Batch> numbers(int limit, RuntimeException failure) {
        return () ->
                new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < limit || failure != null;
                    }

                    @Override
                    public Batch next() {
                        if (next == limit) {
                            throw failure;
                        }
                        threads.add(Thread.currentThread());
                        Batch batch = batch(next++);
                        made.release();
                        return batch;
                    }
                };
    }

    private Batch batch(int number) {
        NDManager scope = manager.newSubManager();
        NDList data = new NDList(scope.create(number));
        return new Batch(
                scope, data, new NDList(), 1, Batchifier.STACK, Batchifier.STACK, number, 1);
    }

    private static int number(Batch batch) {
        return batch.getData().singletonOrThrow().getInt();
    }

    @Test
    void givesAllBatchesInTheirOrderFromOneOtherThread() {
        List<Integer> numbers = new ArrayList<>();
        try (Prefetch prefetch = new Prefetch(numbers(20, null))) {
            while (prefetch.hasNext()) {
                try (Batch batch = prefetch.next()) {
                    numbers.add(number(batch));
                }
            }
            assertThatThrownBy(prefetch::next).isInstanceOf(NoSuchElementException.class);
        }
        assertThat(numbers).hasSize(20).isSorted().doesNotHaveDuplicates();
        assertThat(threads.stream().distinct())
                .singleElement()
                .isNotEqualTo(Thread.currentThread());
        assertThat(arrays()).isEmpty();
    }

    @Test
    void makesOneBatchAheadAndNoMore() throws Exception {
        try (Prefetch prefetch = new Prefetch(numbers(20, null))) {
            prefetch.next().close();
            assertThat(made.tryAcquire(2, 1, TimeUnit.MINUTES)).isTrue();
            assertThat(made.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void closingEarlyReleasesWhatWasNotTaken() throws Exception {
        Prefetch prefetch = new Prefetch(numbers(20, null));
        Batch taken = prefetch.next();
        assertThat(made.tryAcquire(2, 1, TimeUnit.MINUTES)).isTrue();
        assertThat(arrays()).hasSize(2);

        prefetch.close();

        assertThat(number(taken)).isZero();
        taken.close();
        assertThat(arrays()).isEmpty();
        threads.get(0).join(TimeUnit.MINUTES.toMillis(1));
        assertThat(threads.get(0).isAlive()).isFalse();
    }

    @Test
    void whatGoesWrongIsThrownWhereTheBatchIsTaken() {
        RuntimeException failure = new UncheckedIOException(new IOException("not an image"));
        try (Prefetch prefetch = new Prefetch(numbers(1, failure))) {
            prefetch.next().close();
            assertThatThrownBy(prefetch::hasNext).isSameAs(failure);
            assertThatThrownBy(prefetch::next).isSameAs(failure);
        }
        assertThat(arrays()).isEmpty();
    }

    @Test
    void closingIgnoresWhatWentWrongAhead() {
        Prefetch prefetch = new Prefetch(numbers(1, new IllegalStateException("unseen")));
        prefetch.next().close();
        prefetch.close();
        assertThat(arrays()).isEmpty();
    }

    /** The arrays of the batches that were not closed. */
    private List<NDArray> arrays() {
        return manager.getManagedArrays();
    }
}
