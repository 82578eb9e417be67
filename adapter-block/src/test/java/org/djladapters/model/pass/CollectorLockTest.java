/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Collectors of several threads in a process that has one at a time. */
@Timeout(60)
class CollectorLockTest {

    private final CollectorLock patient = new CollectorLock(Duration.ofMinutes(1));
    private final CollectorLock impatient = new CollectorLock(Duration.ZERO);

    private GradientCollector engine() {
        return Engine.getEngine("PyTorch").newGradientCollector();
    }

    @Test
    void threadsTakeTurns() throws Exception {
        AtomicInteger open = new AtomicInteger();
        CompletableFuture<?>[] loops = new CompletableFuture<?>[3];
        for (int i = 0; i < loops.length; i++) {
            loops[i] =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int step = 0; step < 20; step++) {
                                    try (GradientCollector collector = patient.open(this::engine)) {
                                        assertThat(collector).isNotNull();
                                        assertThat(open.incrementAndGet()).isEqualTo(1);
                                        Thread.onSpinWait();
                                        open.decrementAndGet();
                                    }
                                }
                            });
        }
        CompletableFuture.allOf(loops).get();
    }

    @Test
    void waitsForACollectorOfSomebodyElse() throws Exception {
        CompletableFuture<Void> waiting;
        AtomicInteger attempts = new AtomicInteger();
        try (GradientCollector foreign = engine()) {
            assertThat(foreign).isNotNull();
            waiting =
                    CompletableFuture.runAsync(() -> patient.open(() -> attempt(attempts)).close());
            while (attempts.get() < 3) {
                Thread.onSpinWait();
            }
            assertThat(waiting).isNotDone();
        }
        waiting.get();
    }

    private GradientCollector attempt(AtomicInteger attempts) {
        attempts.incrementAndGet();
        return engine();
    }

    @Test
    void aSecondOneOfAThreadIsRefusedAtOnce() {
        GradientCollector first = patient.open(this::engine);
        assertThatIllegalStateException()
                .isThrownBy(() -> patient.open(this::engine))
                .withMessageContainingAll(
                        "one gradient collector at a time", "this thread", "close");
        first.close();
        first.close();
        patient.open(this::engine).close();
    }

    @Test
    void oneThatIsNeverClosedIsRefusedAfterAWhile() throws Exception {
        try (GradientCollector foreign = engine()) {
            assertThat(foreign).isNotNull();
            assertThatIllegalStateException()
                    .isThrownBy(() -> impatient.open(this::engine))
                    .withMessageContainingAll("not opened", "close every collector");
        }
        try (GradientCollector own = impatient.open(this::engine)) {
            assertThat(own).isNotNull();
            assertThatThrownBy(
                            () ->
                                    CompletableFuture.runAsync(
                                                    () -> impatient.open(this::engine).close())
                                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'" + Thread.currentThread().getName() + "' has opened");
        }
        impatient.open(this::engine).close();
    }

    @Test
    void oneThatFailsToCloseEndsItsTurnToo() {
        GradientCollector failing =
                impatient.open(
                        () ->
                                new GradientCollector() {
                                    @Override
                                    public void backward(NDArray target) {}

                                    @Override
                                    public void zeroGradients() {}

                                    @Override
                                    public void close() {
                                        throw new IllegalArgumentException("closing failed");
                                    }
                                });
        assertThatThrownBy(failing::close).hasMessage("closing failed");
        impatient.open(this::engine).close();
    }
}
