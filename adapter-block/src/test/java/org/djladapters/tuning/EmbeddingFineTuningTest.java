/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.data.Corpus;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.HardNegatives;
import org.djladapters.task.TaskModel;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingFineTuningTest {

    private static final String BERT = "tiny-bert";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    @TempDir private Path folder;

    /** Texts that are to be found by a letter: the query names it, the passage repeats it. */
    private static PairData pairs(int rows, int negatives) {
        List<PairData.Row> pairs = new ArrayList<>();
        Random random = new Random(rows);
        for (int row = 0; row < rows; row++) {
            int letter = row % LETTERS.length();
            String[] other = new String[negatives];
            for (int i = 0; i < negatives; i++) {
                other[i] = passage(letter + 1 + random.nextInt(25), random);
            }
            String query = LETTERS.charAt(letter) + " " + "x ".repeat(random.nextInt(3)) + row;
            pairs.add(PairData.Row.of(query, passage(letter, random), other));
        }
        return PairData.of(pairs);
    }

    private static String passage(int letter, Random random) {
        String shown = LETTERS.charAt(letter % LETTERS.length()) + " ";
        return shown.repeat(3 + random.nextInt(4)) + ". " + random.nextInt(100);
    }

    private static PairData scores(int rows) {
        List<PairData.Row> pairs = new ArrayList<>();
        for (PairData.Row row : pairs(rows, 0).rows()) {
            int size = pairs.size();
            boolean near = size % 2 == 0;
            String second = near ? row.second() : "z y w v u " + row.second().length();
            pairs.add(PairData.Row.scored(row.first(), second, near ? 5 : size % 3));
        }
        return PairData.of(pairs);
    }

    private static PairData binary(int rows) {
        return PairData.of(
                scores(rows).rows().stream()
                        .map(
                                row ->
                                        PairData.Row.scored(
                                                row.first(),
                                                row.second(),
                                                row.score().getAsDouble() == 5 ? 1 : 0))
                        .toList());
    }

    /** Margins beyond those of vectors of length 1, so that they are divided by the largest. */
    private static PairData margins(int rows) {
        return PairData.of(
                pairs(rows, 2).rows().stream().map(row -> row.withMargins(8, 10)).toList());
    }

    private FineTuner.Builder builder(AdaptedModel model, LabelledData train, LabelledData dev) {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(Runs.compound(BERT))
                .setTrain(train)
                .setDev(dev)
                .setOutput(folder.resolve("adapter"))
                .optBatchSize(8)
                .optEpochs(2)
                .optMaxLength(24)
                .optSeed(1);
    }

    @Test
    void aSearchIsLearnedAndMeasuredTheSameAfterwards() throws IOException {
        PairData train = pairs(52, 0);
        RetrievalData dev =
                RetrievalData.of(pairs(26, 0), Corpus.of(Map.of("1", "q q q", "2", "k k k")));
        FineTuningResult result;
        double before;
        try (AdaptedModel model = Runs.open(BERT)) {
            before = measured(model, dev).get("mrr@10");
            result =
                    builder(model, train, dev)
                            .setConfig(BaselineConfig.full())
                            .optEpochs(6)
                            .optLearningRate(5e-3)
                            .build()
                            .run();
        }
        assertThat(result.metrics().keySet())
                .containsExactly("mrr@10", "recall@1", "recall@10", "ndcg@10", "map");
        assertThat(result.metrics().get("mrr@10")).isGreaterThan(before + 0.1);
        assertThat(result.trainableParameters()).isEqualTo(result.adapterParameters());
        assertThat(result.provenance().options())
                .containsEntry("task", "EMBEDDING")
                .containsEntry("metric", "mrr@10")
                .containsEntry("loss", "mnrl")
                .containsEntry("max_length", "24")
                .doesNotContainKey("head_learning_rate");
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, folder.resolve("adapter"), dev))
                    .isEqualTo(result.metrics());
            assertThat(fresh.names()).isEmpty();
        }
        assertThat(Evaluator.task(folder.resolve("adapter"))).contains(TaskKind.EMBEDDING);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GIST", "MSE"}) // they need a teacher
    void everyLossFallsAndHasItsMetrics(EmbeddingOptions.Loss loss) throws IOException {
        PairData train =
                switch (loss) {
                    case TRIPLET -> pairs(32, 1);
                    case MARGIN_MSE -> margins(32);
                    case COSENT, ANGLE, COSINE -> scores(32);
                    case CONTRASTIVE, ONLINE_CONTRASTIVE -> binary(32);
                    default -> pairs(32, 0);
                };
        Runs.Recorder recorder = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result =
                    builder(model, train, train)
                            .optEmbedding(EmbeddingOptions.builder().optLoss(loss).build())
                            .optEpochs(5)
                            .optLearningRate(0.02)
                            .optListener(recorder)
                            .build()
                            .run();
            String metric =
                    train.isScored() ? "spearman" : train.negatives() > 0 ? "accuracy" : "mrr@10";
            assertThat(result.metrics().keySet()).startsWith(metric);
        }
        assertThat(recorder.losses.get(4)).isLessThan(recorder.losses.get(0));
    }

    @Test
    void theLossSuitsTheDataUnlessItIsChosen() throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThat(loss(model, pairs(8, 0))).isEqualTo("mnrl");
            assertThat(loss(model, pairs(8, 2))).isEqualTo("mnrl");
            assertThat(loss(model, scores(8))).isEqualTo("cosent");
            assertThat(loss(model, margins(8))).isEqualTo("margin-mse");
        }
    }

    private String loss(AdaptedModel model, PairData train) throws IOException {
        return builder(model, train, train).build().prepare().provenance().options().get("loss");
    }

    @Test
    void lossesHaveTheirNamesInSentenceTransformers() {
        assertThat(EmbeddingOptions.Loss.of("AnglELoss")).isEqualTo(EmbeddingOptions.Loss.ANGLE);
        assertThat(EmbeddingOptions.Loss.of("online-contrastive"))
                .isEqualTo(EmbeddingOptions.Loss.ONLINE_CONTRASTIVE);
        // its triplet loss has another distance by default
        assertThatThrownBy(() -> EmbeddingOptions.Loss.of("TripletLoss"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no loss 'TripletLoss'; choose one of mnrl, cosent");
        Object cached =
                EmbeddingOptions.arguments()
                        .get(0)
                        .reader()
                        .orElseThrow()
                        .apply("CachedGISTEmbedLoss");
        assertThat(EmbeddingOptions.of(Map.of("--loss", cached)))
                .isEqualTo(
                        EmbeddingOptions.builder()
                                .optLoss(EmbeddingOptions.Loss.GIST)
                                .optMiniBatch(32)
                                .build());
    }

    /** Cached gradients are those of the whole batch, for every way gradients are computed. */
    @ParameterizedTest
    @ValueSource(strings = {"compound", "lora", "full"})
    void miniBatchesHaveTheGradientsOfTheWholeBatch(String method) throws IOException {
        AdapterConfig config =
                switch (method) {
                    case "compound" -> Runs.compound(BERT);
                    case "lora" ->
                            LoraConfig.builder().optRank(4).optTargets(Targets.allLinear()).build();
                    default -> BaselineConfig.full();
                };
        try (AdaptedModel model = Runs.open(BERT)) {
            Adapter adapter = model.add("a", config);
            model.activate("a");
            move(model, adapter);
            Map<String, float[]> whole = new LinkedHashMap<>();
            double loss = gradients(model, adapter, OptionalInt.empty(), whole);
            for (int miniBatch : new int[] {1, 3, 4}) {
                Map<String, float[]> parts = new LinkedHashMap<>();
                assertThat(gradients(model, adapter, OptionalInt.of(miniBatch), parts))
                        .isCloseTo(loss, within(1e-5 * loss));
                whole.forEach((name, values) -> requireClose(name, parts.get(name), values));
            }
        }
    }

    private static void move(AdaptedModel model, Adapter adapter) {
        model.update(
                () ->
                        adapter.parameters()
                                .values()
                                .forEach(
                                        parameter -> {
                                            NDArray array = parameter.getArray();
                                            try (NDArray moved =
                                                    array.getManager()
                                                            .randomNormal(
                                                                    0,
                                                                    0.05f,
                                                                    array.getShape(),
                                                                    array.getDataType())) {
                                                array.setRequiresGradient(false);
                                                array.addi(moved);
                                                array.setRequiresGradient(true);
                                            }
                                        }));
    }

    private static double gradients(
            AdaptedModel model, Adapter adapter, OptionalInt miniBatch, Map<String, float[]> found)
            throws IOException {
        EmbeddingOptions.Builder options = EmbeddingOptions.builder();
        miniBatch.ifPresent(options::optMiniBatch);
        PairData data = pairs(8, 1);
        EmbeddingTask task =
                EmbeddingTask.of(model, OptionalInt.of(24), options.build(), data, note -> {});
        Batching shuffled = new Batching(8, OptionalLong.of(1), List.of(), Optional.empty());
        try (NDManager scope = model.model().getNDManager().newSubManager();
                Trainer trainer = TrainingStep.newTrainer(model, task.loss());
                Batch batch =
                        task.dataset(model, data, shuffled).getData(scope).iterator().next()) {
            double loss = task.backward(trainer, batch);
            adapter.parameters()
                    .forEach(
                            (name, parameter) -> {
                                try (NDArray gradient = parameter.getArray().getGradient()) {
                                    found.put(name, gradient.toFloatArray());
                                    gradient.subi(gradient);
                                }
                            });
            return loss;
        }
    }

    private static void requireClose(String name, float[] found, float[] expected) {
        double largest = 1e-3;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found[i]).as(name).isCloseTo(expected[i], within(2e-4 * largest));
        }
    }

    @Test
    void anAdapterMakesVectorsOfTexts() throws Exception {
        PairData train = pairs(16, 0);
        try (AdaptedModel model = Runs.open(BERT)) {
            builder(model, train, train).build().run();
        }
        try (TaskModel<String, float[]> embedder =
                TaskModel.open(
                        Path.of("src/test/resources/models", BERT),
                        folder.resolve("adapter"),
                        String.class,
                        float[].class)) {
            List<float[]> vectors = embedder.predict(List.of("a b", "c d e f g h"));
            assertThat(vectors).hasSize(2);
            float[] alone = embedder.predict("a b");
            for (int i = 0; i < alone.length; i++) {
                assertThat(alone[i]).isCloseTo(vectors.get(0)[i], within(1e-5f));
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        try (AdaptedModel model = Runs.open(BERT)) {
            PairData plain = pairs(8, 0);
            requireRefused(
                    builder(model, plain, plain).optEmbedding(loss(EmbeddingOptions.Loss.COSENT)),
                    "does not fit the loss cosent, which needs the column label");
            requireRefused(
                    builder(model, plain, plain).optEmbedding(loss(EmbeddingOptions.Loss.TRIPLET)),
                    "does not fit the loss triplet, which needs the column negative");
            requireRefused(
                    builder(model, scores(8), plain).optEmbedding(loss(EmbeddingOptions.Loss.MNRL)),
                    "does not fit the loss mnrl, which needs pairs that belong together");
            requireRefused(
                    builder(model, pairs(8, 1), plain)
                            .optEmbedding(loss(EmbeddingOptions.Loss.MARGIN_MSE)),
                    "does not fit the loss margin-mse, which needs the columns negative and label");
            requireRefused(
                    builder(model, margins(8), plain)
                            .optEmbedding(loss(EmbeddingOptions.Loss.MNRL)),
                    "which the loss mnrl does not learn; choose margin-mse");
            requireRefused(
                    builder(model, scores(8), plain)
                            .optEmbedding(loss(EmbeddingOptions.Loss.CONTRASTIVE)),
                    "row 1 of the data in memory, has the label 5, but the loss contrastive learns"
                            + " 1");
            PairData weighted =
                    PairData.of(scores(8).rows().stream().map(row -> row.withWeight(2)).toList());
            requireRefused(
                    builder(model, weighted, plain),
                    "has weights, but the loss cosent compares all pairs of a batch");
            EmbeddingOptions.Builder mined = EmbeddingOptions.builder().optMineEachEpoch(0);
            requireRefused(
                    builder(model, pairs(8, 1), plain).optEmbedding(mined.build()),
                    "has negatives, so none are mined");
            requireRefused(
                    builder(model, plain, plain).optEmbedding(mined.build()).optEvalSteps(1),
                    "is resumed at the ends of epochs alone");
            requireRefused(
                    builder(model, scores(8), plain).optEmbedding(mined.build()),
                    "The loss cosent has no mined negatives");
            requireRefused(
                    builder(model, plain, plain)
                            .optEmbedding(mined.optAdapt(AdaptedTexts.QUERY).build()),
                    "are trained without mined negatives, since all are seen");
            requireRefused(
                    builder(model, plain, plain).optBatchSize(1),
                    "every batch of 'data in memory' has a single pair");
            requireRefused(
                    builder(model, plain, plain)
                            .optEmbedding(
                                    EmbeddingOptions.builder()
                                            .optMatryoshka(List.of(4096))
                                            .build()),
                    "dimensions, not 4096");
            for (AdapterConfig config : dropouts()) {
                requireRefused(
                        builder(model, plain, plain)
                                .setConfig(config)
                                .optEmbedding(EmbeddingOptions.builder().optMiniBatch(2).build()),
                        "need the same outputs both times, which dropout changes");
            }
            requireRefused(
                    builder(model, plain, plain).optPooling(HeadConfig.Pooling.POOLER),
                    "Embeddings have no pooling 'pooler'; choose mean or cls");
            requireRefused(
                    builder(model, plain, plain).optPairEncoding(HeadConfig.PairEncoding.BI),
                    "Embeddings take the texts of pairs one by one");
            requireRefused(
                    builder(model, plain, plain).optMetric("spearman"),
                    "choose one of mrr@10, recall@1");
            TextData texts = Runs.texts(folder.resolve("t.tsv"), 8, "p", "q");
            requireRefused(
                    builder(model, texts, plain).optTask(TaskKind.EMBEDDING),
                    "Embeddings are learned from pairs, which");
        }
        try (AdaptedModel classifier = Runs.open("tiny-bert-classifier")) {
            PairData plain = pairs(8, 0);
            requireRefused(builder(classifier, plain, plain), "hidden states");
        }
    }

    @Test
    void refusesOptionsThatTheLossOrTheTaskDoesNotUse() throws IOException {
        EmbeddingOptions symmetric = EmbeddingOptions.builder().optSymmetric(true).build();
        EmbeddingOptions margin = EmbeddingOptions.builder().optMargin(0.1).build();
        EmbeddingOptions.Builder scale = EmbeddingOptions.builder().optScale(5);
        try (AdaptedModel model = Runs.open(BERT)) {
            PairData plain = pairs(8, 1);
            PairData scored = scores(8);
            requireRefused(
                    builder(model, scored, scored).optEmbedding(symmetric),
                    "The loss cosent has no symmetric form; leave it out");
            requireRefused(
                    builder(model, plain, plain).optEmbedding(margin),
                    "The loss mnrl has no margin; leave it out");
            requireRefused(
                    builder(model, scored, scored)
                            .optEmbedding(scale.optLoss(EmbeddingOptions.Loss.COSINE).build()),
                    "The loss cosine has no scale; leave it out");
            requireRefused(
                    builder(model, plain, plain)
                            .optEmbedding(scale.optLoss(EmbeddingOptions.Loss.TRIPLET).build()),
                    "The loss triplet has no scale; leave it out");
            EmbeddingOptions.Builder shorter = EmbeddingOptions.builder().optMatryoshka(List.of(8));
            requireRefused(
                    builder(model, margins(8), plain)
                            .optEmbedding(
                                    shorter.optLoss(EmbeddingOptions.Loss.MARGIN_MSE).build()),
                    "The loss margin-mse has no form for shorter vectors; leave it out");
            TextData texts = Runs.texts(folder.resolve("t.tsv"), 8, "p", "q");
            requireRefused(
                    builder(model, texts, texts).optEmbedding(symmetric),
                    "are for embeddings, but this is classification; leave them out");
        }
    }

    @Test
    void promptsReplaceThoseOfTheModelsFiles() throws IOException {
        EmbeddingOptions prompts =
                EmbeddingOptions.builder().optQueryPrompt("ask: ").optPassagePrompt("").build();
        try (AdaptedModel model = Runs.open(BERT)) {
            PairData data = pairs(8, 0);
            PreparedRun run = builder(model, data, data).optEmbedding(prompts).build().prepare();

            assertThat(run.provenance().options())
                    .containsEntry("query_prompt", "ask: ")
                    .doesNotContainKey("passage_prompt");
            SentenceEncoder encoder = ((EmbeddingTask) run.task()).encoder();
            assertThat(encoder.settings().query("a")).isEqualTo("ask: a");
            assertThat(encoder.settings().passage("a")).isEqualTo("a");
            assertThat(encoder.files(model.directory().orElseThrow()))
                    .hasEntrySatisfying(
                            "config_sentence_transformers.json",
                            text -> assertThat(text).contains("\"query\": \"ask: \""))
                    .hasEntrySatisfying(
                            "1_Pooling/config.json",
                            text -> assertThat(text).doesNotContain("pooler"));
            requireRefused(
                    builder(model, scores(8), data).optEmbedding(prompts),
                    "so its texts are neither queries nor passages; leave out the prompts");
        }
    }

    @Test
    void aSearchIsMeasuredAtAnyDepth() throws IOException {
        EmbeddingOptions at = EmbeddingOptions.builder().optAt(List.of(3, 5)).build();
        try (AdaptedModel model = Runs.open(BERT)) {
            PairData data = pairs(8, 0);
            FineTuner tuner =
                    builder(model, data, data).optEmbedding(at).optMetric("map@5").build();
            assertThat(tuner.prepare().metric()).isEqualTo("map@5");
            assertThat(tuner.options().dev()).isInstanceOf(RetrievalData.class);
            // an old run is resumed with what it was begun with
            FineTuner usual = builder(model, data, data).optMetric("ndcg@10").build();
            assertThat(usual.options().dev()).isSameAs(data);
            requireRefused(
                    builder(model, scores(8), scores(8)).optEmbedding(at),
                    "is measured by its labels or negatives, but the numbers of passages");
            requireRefused(
                    builder(model, data, scores(8)).optMetric("map@5"),
                    "no metric 'map@5' on the data 'data in memory'; choose one of spearman");
        }
        assertThatThrownBy(() -> EmbeddingOptions.builder().optAt(List.of(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The number of passages must be at least 1, got 0");
    }

    @Test
    void poolingReplacesThatOfTheModelsFiles() throws IOException {
        PairData data = pairs(8, 0);
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            assertThat(builder(model, data, data).build().prepare().provenance().options())
                    .containsEntry("sentence_pooling", "mean");
            result =
                    builder(model, data, data)
                            .optPooling(HeadConfig.Pooling.CLS)
                            .optEpochs(1)
                            .build()
                            .run();
        }
        assertThat(result.provenance().options()).containsEntry("sentence_pooling", "cls");
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, folder.resolve("adapter"), data))
                    .isEqualTo(result.metrics());
        }
    }

    private static EmbeddingOptions loss(EmbeddingOptions.Loss loss) {
        return EmbeddingOptions.builder().optLoss(loss).build();
    }

    private static List<AdapterConfig> dropouts() {
        Targets query = Targets.of("query");
        return List.of(
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBlocks(1)
                        .optTargets(query)
                        .optModuleDropout(0.5)
                        .build(),
                LoraConfig.builder().optRank(4).optTargets(query).optDropout(0.1).build(),
                VeraConfig.builder().optTargets(query).optDropout(0.1).build(),
                BoftConfig.builder().optTargets(query).optDropout(0.1).build());
    }

    private FineTuner.Builder mining(AdaptedModel model, Runs.Recorder recorder) {
        PairData pairs = pairs(26, 0);
        EmbeddingOptions.Builder options = EmbeddingOptions.builder().optMineEachEpoch(0.01);
        return builder(model, pairs, pairs)
                .optEpochs(3)
                .optEmbedding(options.optMiniBatch(4).build())
                .optListener(recorder);
    }

    @Test
    void negativesOfEachEpochAreTheSameWhenARunIsResumed() throws IOException {
        Map<String, float[]> whole;
        Runs.Recorder all = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuningResult result = mining(model, all).build().run();
            assertThat(result.provenance().options()).containsEntry("mine_each_epoch", "0.01");
            whole = Runs.values(model.adapter("default"));
        }
        Runs.Recorder plain = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            builder(model, pairs(26, 0), pairs(26, 0))
                    .setOutput(folder.resolve("plain"))
                    .optListener(plain)
                    .build()
                    .run();
        }
        // one more negative for each pair makes finding the right passage harder
        assertThat(all.losses.get(0)).isGreaterThan(plain.losses.get(0));

        try (AdaptedModel model = Runs.open(BERT)) {
            FineTuner stopped =
                    mining(model, new Runs.Recorder().stopAt(3, 2))
                            .setOutput(folder.resolve("again"))
                            .build();
            assertThatThrownBy(stopped::run).isInstanceOf(Runs.StoppedException.class);
        }
        Runs.Recorder rest = new Runs.Recorder();
        try (AdaptedModel model = Runs.open(BERT)) {
            mining(model, rest).setOutput(folder.resolve("again")).build().run();
            assertThat(rest.notes).contains("Resuming after epoch 2");
            assertThat(rest.losses).containsExactly(all.losses.get(2));
            Map<String, float[]> values = Runs.values(model.adapter("default"));
            assertThat(values.keySet()).isEqualTo(whole.keySet());
            values.forEach((name, value) -> assertThat(value).containsExactly(whole.get(name)));
        }
    }

    private static void requireRefused(FineTuner.Builder builder, String message) {
        assertThatThrownBy(() -> builder.build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void hardNegativesAreNeverRelevantAndFartherThanTheRelevantPassage() throws IOException {
        PairData pairs = pairs(26, 0);
        List<PairData.Row> twice = new ArrayList<>(pairs.rows());
        twice.add(PairData.Row.of(twice.get(0).first(), twice.get(1).second()));
        RetrievalData data =
                RetrievalData.of(
                        PairData.of(
                                twice.stream()
                                        .map(row -> row.withWeight(row.second().length()))
                                        .toList()));
        try (AdaptedModel model = Runs.open(BERT)) {
            PairData mined = mining(model, data).optNegatives(3).optRange(1, 12).build().mine();

            assertThat(mined.negatives()).isEqualTo(1);
            for (PairData.Row row : mined.rows()) {
                RetrievalData.Query query =
                        data.queries().stream()
                                .filter(q -> q.text().equals(row.first()))
                                .findFirst()
                                .orElseThrow();
                int positive = data.passages().indexOf(row.second());
                int negative = data.passages().indexOf(row.negatives().get(0));
                assertThat(query.relevant()).containsKey(positive).doesNotContainKey(negative);
                assertThat(row.weight()).hasValue(row.second().length());
            }
            // the metric of triplets: the second text is nearer than the negative
            assertThat(measured(model, mined).get("accuracy")).isOne();
            PairData again = mining(model, data).optNegatives(3).optRange(1, 12).build().mine();
            assertThat(again.rows()).isEqualTo(mined.rows());
            PairData other =
                    mining(model, data).optNegatives(3).optRange(1, 12).optSeed(9).build().mine();
            assertThat(other.rows()).isNotEqualTo(mined.rows());
            assertThatThrownBy(() -> mining(model, data).optMargin(2).build().mine())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("widen the range or lower the margin");
        }
    }

    @Test
    void miningAndMeasuringTellHowFarTheyAre() throws IOException {
        RetrievalData data = RetrievalData.of(pairs(70, 0));
        int all = data.queries().size() + data.passages().size();
        try (AdaptedModel model = Runs.open(BERT)) {
            List<Integer> done = new ArrayList<>();
            EvaluationListener listener =
                    new EvaluationListener() {
                        @Override
                        public void onExamples(int now, int total) {
                            assertThat(total).isEqualTo(all);
                            done.add(now);
                        }
                    };
            mining(model, data).optListener(listener).build().mine();
            assertThat(done).hasSizeGreaterThan(2).isSorted().endsWith(all);
            done.clear();
            Evaluator.evaluate(model, data, OptionalInt.of(24), listener);
            assertThat(done).hasSizeGreaterThan(2).isSorted().endsWith(all);

            HardNegatives left =
                    mining(model, data)
                            .optListener(
                                    new EvaluationListener() {
                                        @Override
                                        public void onExamples(int now, int total) {
                                            throw new CancellationException("enough");
                                        }
                                    })
                            .build();
            assertThatThrownBy(left::mine).isInstanceOf(CancellationException.class);
        }
    }

    private static Map<String, Double> measured(AdaptedModel model, LabelledData data)
            throws IOException {
        return Evaluator.evaluate(model, data, OptionalInt.of(24), new EvaluationListener() {});
    }

    private static HardNegatives.Builder mining(AdaptedModel model, RetrievalData data) {
        return HardNegatives.builder().setModel(model).setData(data).optMaxLength(24);
    }
}
