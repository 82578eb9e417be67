/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a search found before and after, and other questions that must not get worse. */
class GuardTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    /** Queries of a letter whose passages repeat a letter so many places later. */
    private static PairData pairs(int places) {
        return PairData.of(
                IntStream.range(0, 12)
                        .mapToObj(
                                row ->
                                        PairData.Row.of(
                                                letter(row), letter((row + places) % 12) + "."))
                        .toList());
    }

    private static String letter(int row) {
        return "%c ".formatted('a' + row).repeat(4);
    }

    /** Learns to find the next letter, at which the guard, the same letter, is lost. */
    private FineTuner.Builder builder(AdaptedModel model, ProgressListener listener) {
        return Runs.builder(model, BERT, pairs(1), pairs(1), folder.resolve("adapter"))
                .setConfig(BaselineConfig.full())
                .optBatchSize(6)
                .optEpochs(4)
                .optMetric("ndcg@3")
                .optLearningRate(5e-3)
                .optOverwrite(true)
                .optListener(listener);
    }

    /** Keeps what a run says, and may stop it. */
    private static final class Said implements ProgressListener {

        final List<String> notes = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        int stopEpoch;

        @Override
        public void onStep(int epoch, int step, double loss) {
            if (epoch == stopEpoch) {
                throw new Runs.StoppedException();
            }
        }

        @Override
        public void onNote(String note) {
            notes.add(note);
        }

        @Override
        public void onWarning(String warning) {
            warnings.add(warning);
        }
    }

    @Test
    void anEpochThatMakesTheGuardWorseIsNotKept() throws IOException {
        Said said = new Said();
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            // what is the first for the one search is not the first for the other
            result =
                    builder(model, said)
                            .optMetric("recall@1")
                            .optEpochs(12)
                            .optLearningRate(0.01)
                            .optGuard(pairs(0), 0.01)
                            .build()
                            .run();
        }

        assertThat(result.isGuardPassed()).isFalse();
        assertThat(result.refused()).isPositive();
        assertThat(result.bestEpoch()).isZero();
        assertThat(result.metrics()).isEqualTo(result.startMetrics());
        assertThat(said.notes)
                .contains(
                        "An epoch is kept only if a search of 12 queries among 12 passages of '%s' loses no more than 0.01"
                                .formatted(pairs(0).source()))
                .anyMatch(
                        note ->
                                note.matches(
                                        "What was learned up to epoch \\d is better, but is not"
                                                + " kept: recall@1 of '.*' fell from 1.0000 to"
                                                + " 0.\\d{4}, by more than 0.01"));
        assertThat(said.warnings)
                .last()
                .asString()
                .startsWith("No epoch that is better than the model before training was kept,");
        SearchChange guard = result.guard().orElseThrow();
        assertThat(guard.after("rank")).isEqualTo(guard.before("rank")).containsOnly(1);
        assertThat(result.provenance().data()).containsKey("guard");
        assertThat(result.provenance().options()).containsEntry("guard_tolerance", "0.01");
    }

    @Test
    void aRunThatResumesKnowsWhatWasFoundBeforeAndAfter() throws IOException {
        FineTuningResult whole;
        try (AdaptedModel model = Runs.open(BERT)) {
            whole = builder(model, new Said()).optGuard(pairs(0), 1).build().run();
        }
        Said stopped = new Said();
        stopped.stopEpoch = 4;
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner tuner = builder(model, stopped).optGuard(pairs(0), 1).build();
            assertThatThrownBy(tuner::run).isInstanceOf(Runs.StoppedException.class);
        }
        Said resumed = new Said();
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            result = builder(model, resumed).optGuard(pairs(0), 1).build().run();
        }

        assertThat(resumed.notes).contains("Resuming after epoch 3");
        assertThat(result.isGuardPassed()).isTrue();
        assertThat(result.isImproved()).isTrue();
        for (boolean ofGuard : new boolean[] {false, true}) {
            SearchChange expected = (ofGuard ? whole.guard() : whole.search()).orElseThrow();
            SearchChange found = (ofGuard ? result.guard() : result.search()).orElseThrow();
            assertThat(found.names()).isEqualTo(expected.names()).contains("rank", "ndcg@3");
            for (String name : expected.names()) {
                assertThat(found.before(name)).isEqualTo(expected.before(name));
                assertThat(found.after(name)).isEqualTo(expected.after(name));
            }
        }
        SearchChange search = result.search().orElseThrow();
        result.startMetrics()
                .forEach(
                        (name, value) ->
                                assertThat(mean(search.before(name)))
                                        .isCloseTo(value, within(1e-9)));
        result.metrics()
                .forEach(
                        (name, value) ->
                                assertThat(mean(search.after(name)))
                                        .isCloseTo(value, within(1e-9)));
        try (AdaptedModel fresh = Runs.open(BERT)) {
            RetrievalData guard = result.guard().orElseThrow().search();
            Map<String, Double> again = Evaluator.evaluate(fresh, folder.resolve("adapter"), guard);
            assertThat(mean(result.guard().get().after("ndcg@3")))
                    .isCloseTo(again.get("ndcg@3"), within(1e-9));
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    @Test
    void whatCannotBeGuardedIsRefused() throws IOException {
        PairData scored = PairData.of(List.of(PairData.Row.scored("a", "b", 1)));
        TextData texts = TextData.of(List.of(TextData.Row.of("x", "a"), TextData.Row.of("y", "b")));
        FineTuner.Builder alone = FineTuner.builder();
        refused("has scores, so it does not tell", () -> alone.optGuard(scored, 0.01));
        refused("A guard is a search, which '", () -> alone.optGuard(texts, 0.01));
        refused("must be from 0 to 1, got -0.1", () -> alone.optGuard(pairs(0), -0.1));
        refused("must be from 0 to 1, got NaN", () -> alone.optGuard(pairs(0), Double.NaN));
        try (AdaptedModel model = Runs.open(BERT)) {
            refused("a guard is for a search", () -> prepare(model, pairs(1), scored, null));
            refused(
                    "A guard is for embeddings",
                    () -> prepare(model, texts, texts, TaskKind.CLASSIFICATION));
        }
    }

    private void prepare(AdaptedModel model, LabelledData train, LabelledData dev, TaskKind task)
            throws IOException {
        FineTuner.Builder builder =
                Runs.builder(model, BERT, train, dev, folder.resolve("refused"))
                        .optGuard(pairs(0), 0.01);
        if (task != null) {
            builder.optTask(task);
        }
        builder.build().prepare();
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
