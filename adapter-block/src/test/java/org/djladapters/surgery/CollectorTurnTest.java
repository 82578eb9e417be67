/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.training.GradientCollector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Collectors of several threads in a process that has one at a time. */
@Timeout(60)
class CollectorTurnTest {

    private final Supplier<GradientCollector> engine =
            () -> Engine.getEngine("PyTorch").newGradientCollector();
    private final CollectorTurn patient = new CollectorTurn(Duration.ofMinutes(1));
    private final CollectorTurn impatient = new CollectorTurn(Duration.ZERO);

    @Test
    void threadsTakeTurns() throws Exception {
        AtomicInteger open = new AtomicInteger();
        CompletableFuture<?>[] loops = new CompletableFuture<?>[3];
        for (int i = 0; i < loops.length; i++) {
            loops[i] =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int step = 0; step < 20; step++) {
                                    try (GradientCollector collector = patient.open(engine)) {
                                        assertThat(collector).isNotNull();
                                        assertThat(open.incrementAndGet()).isEqualTo(1);
                                        Thread.yield();
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
        try (GradientCollector foreign = engine.get()) {
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
        return engine.get();
    }

    @Test
    void aSecondOneOfAThreadIsRefusedAtOnce() {
        GradientCollector first = patient.open(engine);
        assertThatIllegalStateException()
                .isThrownBy(() -> patient.open(engine))
                .withMessageContainingAll(
                        "one gradient collector at a time", "this thread", "close");
        first.close();
        first.close();
        patient.open(engine).close();
    }

    @Test
    void oneThatIsNeverClosedIsRefusedAfterAWhile() throws Exception {
        try (GradientCollector foreign = engine.get()) {
            assertThat(foreign).isNotNull();
            assertThatIllegalStateException()
                    .isThrownBy(() -> impatient.open(engine))
                    .withMessageContainingAll("not opened", "close every collector");
        }
        try (GradientCollector own = impatient.open(engine)) {
            assertThat(own).isNotNull();
            assertThatThrownBy(
                            () ->
                                    CompletableFuture.runAsync(() -> impatient.open(engine).close())
                                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'" + Thread.currentThread().getName() + "' has opened");
        }
        impatient.open(engine).close();
    }
}
