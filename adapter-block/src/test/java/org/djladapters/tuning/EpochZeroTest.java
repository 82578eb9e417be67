/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TokenData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.metric.EvaluationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model gives before the first step, where it does the task already. */
class EpochZeroTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    /** Notes what a run tells, in its order, and may stop it. */
    private static final class Course implements ProgressListener {

        final List<String> events = new ArrayList<>();
        final List<Map<String, Double>> untrained = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final List<Boolean> best = new ArrayList<>();
        int stopEpoch;

        @Override
        public void onStart(int stepsPerEpoch, int epochs) {
            events.add("start");
        }

        @Override
        public void onUntrained(Map<String, Double> devMetrics) {
            events.add("untrained");
            untrained.add(devMetrics);
        }

        @Override
        public void onStep(int epoch, int step, double loss) {
            if (epoch == stopEpoch) {
                throw new Runs.StoppedException();
            }
            events.add("step");
        }

        @Override
        public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean isBest) {
            best.add(isBest);
        }

        @Override
        public void onWarning(String warning) {
            warnings.add(warning);
        }
    }

    /** Passages that repeat their queries: the model finds them all before it is trained. */
    private static PairData found() {
        return PairData.of(
                IntStream.range(0, 12)
                        .mapToObj(row -> "%c ".formatted('a' + row).repeat(4))
                        .map(text -> PairData.Row.of(text, text + "."))
                        .toList());
    }

    private FineTuner.Builder embeddings(AdaptedModel model, Course course) {
        return Runs.builder(model, BERT, found(), found(), folder.resolve("adapter"))
                .setConfig(LoraConfig.builder().optRank(4).optTargets(Targets.allLinear()).build())
                .optEpochs(2)
                .optLearningRate(0.1)
                .optListener(course);
    }

    @Test
    void aRunThatMakesNothingBetterKeepsTheStartAndSaysSo() throws IOException {
        Course course = new Course();
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            Map<String, Double> base =
                    Evaluator.evaluate(
                            model, found(), OptionalInt.empty(), new EvaluationListener() {});
            float[] before = outputs(model);
            result = embeddings(model, course).build().run();

            assertThat(base).containsEntry("mrr@10", 1.0);
            assertThat(result.startMetrics()).isEqualTo(base);
            assertThat(outputs(model)).isEqualTo(before);
        }
        assertThat(course.events).startsWith("start", "untrained", "step");
        assertThat(course.untrained).containsExactly(result.startMetrics());
        assertThat(course.best).containsExactly(false, false);
        assertThat(course.warnings)
                .last()
                .isEqualTo(
                        "No epoch is better than the model before training (mrr@10 1.0000), so the"
                                + " adapter was saved as it began; try other learning rates or more"
                                + " data");
        assertThat(result.bestEpoch()).isZero();
        assertThat(result.isImproved()).isFalse();
        assertThat(result.metrics()).isEqualTo(result.startMetrics());
        Path output = folder.resolve("adapter");
        Provenance provenance = Provenance.read(output.resolve("provenance.json"));
        assertThat(provenance.bestEpoch()).isZero();
        assertThat(provenance.startMetrics()).isEqualTo(result.startMetrics());
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, output, found())).isEqualTo(result.metrics());
        }
    }

    private static float[] outputs(AdaptedModel model) {
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            return model.predict(TaskHead.smallInput(model, 0, scope)).get(0).toFloatArray();
        }
    }

    @Test
    void aRunThatResumesKnowsTheStart() throws IOException {
        Course stopped = new Course();
        stopped.stopEpoch = 2;
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner tuner = embeddings(model, stopped).build();
            assertThatThrownBy(tuner::run).isInstanceOf(Runs.StoppedException.class);
        }
        Course resumed = new Course();
        try (AdaptedModel model = Runs.open(BERT)) {
            float[] before = outputs(model);
            FineTuningResult result = embeddings(model, resumed).build().run();

            assertThat(result.bestEpoch()).isZero();
            assertThat(result.startMetrics()).isEqualTo(stopped.untrained.get(0));
            assertThat(outputs(model)).isEqualTo(before);
        }
        assertThat(resumed.untrained).isEmpty();
        assertThat(resumed.best).containsExactly(false);
        assertThat(resumed.warnings).last().asString().startsWith("No epoch is better");
    }

    @Test
    void aRunThatIsBetterThanTheStartIsImproved() throws IOException {
        LabelledData sums = Runs.sums(folder.resolve("sums.tsv"), 12);
        Course course = new Course();
        try (AdaptedModel model = Runs.open("tiny-llama")) {
            Map<String, Double> base =
                    Evaluator.evaluate(
                            model, sums, OptionalInt.empty(), new EvaluationListener() {});
            FineTuningResult result =
                    Runs.builder(model, "tiny-llama", sums, sums, folder.resolve("adapter"))
                            .optListener(course)
                            .build()
                            .run();

            assertThat(result.startMetrics()).isEqualTo(base);
            assertThat(result.isImproved()).isTrue();
            assertThat(result.metrics().get("perplexity")).isLessThan(base.get("perplexity"));
        }
        assertThat(course.warnings).isEmpty();
    }

    @Test
    void isMeasuredWhereTheModelDoesTheTaskAlready() throws IOException {
        String[] own = {"negative", "neutral", "positive"};
        assertThat(startMetrics("tiny-bert-classifier", texts(own))).containsKey("accuracy");
        assertThat(startMetrics("tiny-bert-classifier", texts("a", "b", "c"))).isEmpty();
        assertThat(startMetrics(BERT, texts("a", "b"))).isEmpty();
        assertThat(startMetrics("tiny-bert-tokens", entities("PER", "LOC"))).containsKey("f1");
        assertThat(startMetrics(BERT, entities("PER"))).isEmpty();
        TextData pairs =
                TextData.of(
                        List.of(
                                TextData.Row.of("1", "a", "b"),
                                TextData.Row.of("0", "a", "c"),
                                TextData.Row.of("0", "a", "d")));
        assertThat(startMetrics(BERT, pairs.groupedByFirst(), TaskKind.RERANKING)).isEmpty();
    }

    private Map<String, Double> startMetrics(String name, LabelledData data) throws IOException {
        return startMetrics(name, data, data.task().orElse(TaskKind.CLASSIFICATION));
    }

    private Map<String, Double> startMetrics(String name, LabelledData data, TaskKind task)
            throws IOException {
        Course course = new Course();
        try (AdaptedModel model = Runs.open(name)) {
            FineTuningResult result =
                    Runs.builder(model, name, data, data, folder.resolve("adapter"))
                            .optTask(task)
                            .optEpochs(1)
                            .optOverwrite(true)
                            .optListener(course)
                            .build()
                            .run();
            assertThat(course.untrained)
                    .isEqualTo(
                            result.startMetrics().isEmpty()
                                    ? List.of()
                                    : List.of(result.startMetrics()));
            return result.startMetrics();
        }
    }

    private TextData texts(String... labels) throws IOException {
        return Runs.texts(folder.resolve("texts.tsv"), 12, labels);
    }

    private static TokenData entities(String... types) {
        List<TokenData.Row> rows = new ArrayList<>();
        for (String type : types) {
            rows.add(
                    TokenData.Row.of(
                            List.of("the", "fox", "dog"), List.of("O", "B-" + type, "I-" + type)));
        }
        return TokenData.of(rows);
    }
}
