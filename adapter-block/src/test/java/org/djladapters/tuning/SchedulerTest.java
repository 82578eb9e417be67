/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.training.tracker.Tracker;
import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerTest {

    /**
     * The rates that {@code get_scheduler} of transformers 4.57.6 gave at steps 1 to N of N + 1.
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Recorded(String scheduler, int steps, int warmup, double[] rates) {
        @Override
        public String toString() {
            return "%s, %d of %d steps rise".formatted(scheduler, warmup, steps);
        }
    }

    static Stream<Recorded> recorded() throws IOException {
        try (Reader reader =
                new InputStreamReader(
                        SchedulerTest.class.getResourceAsStream("schedulers.json"),
                        StandardCharsets.UTF_8)) {
            return Stream.of(new Gson().fromJson(reader, Recorded[].class));
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void hasTheRatesOfTransformers(Recorded recorded) {
        Scheduler scheduler = Scheduler.of(recorded.scheduler());
        double warmUp = (double) recorded.warmup() / recorded.steps();
        Tracker rates = scheduler.rates(0.01f, recorded.steps(), warmUp);
        Tracker told = scheduler.ratesRisingFor(recorded.warmup(), 0.01f, recorded.steps());

        for (int t = 1; t <= recorded.steps(); t++) {
            // rates are float32
            assertThat(rates.getNewValue(t))
                    .as("update " + t)
                    .isEqualTo(told.getNewValue(t))
                    .isCloseTo((float) recorded.rates()[t - 1], within(1e-8f));
        }
    }

    @ParameterizedTest
    @EnumSource(Scheduler.class)
    void noStepOfAShortRunIsWasted(Scheduler scheduler) {
        for (int steps = 1; steps < 20; steps++) {
            for (double warmUp : new double[] {0, 0.06, 0.5, 1}) {
                Tracker rate = scheduler.rates(0.1f, steps, warmUp);
                for (int t = 1; t <= steps; t++) {
                    assertThat(rate.getNewValue(t)).isPositive().isLessThanOrEqualTo(0.1f);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Scheduler.class)
    void isFoundByItsWord(Scheduler scheduler) {
        assertThat(Scheduler.of(scheduler.toString())).isEqualTo(scheduler);
        assertThat(Scheduler.of(scheduler.toString().replace('_', '-'))).isEqualTo(scheduler);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> Scheduler.of("wave"))
                .hasMessage(
                        "There is no scheduler 'wave'; choose one of linear, cosine, constant,"
                                + " constant_with_warmup, inverse_sqrt");
        assertThatThrownBy(() -> Scheduler.LINEAR.rates(0, 10, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be positive");
        assertThatThrownBy(() -> Scheduler.LINEAR.rates(Float.NaN, 10, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.LINEAR.rates(1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Scheduler.LINEAR.rates(1, 10, 1.5))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
