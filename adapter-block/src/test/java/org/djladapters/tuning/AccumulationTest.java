/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.data.AnswerData;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.PairData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TokenData;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.EmbeddingOptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps of several batches, whose examples differ in length and so in what the loss counts. */
class AccumulationTest {

    private static final int ROWS = 16;
    private static final int STEPS = 2;

    /**
     * Sums of a few thousand numbers in another order differ by some 1e-6 of their size.
     *
     * @see #UPDATES
     */
    private static final double ROUNDING = 1e-5;

    /**
     * AdamW divides a gradient by its own size, so an element whose gradient is no larger than the
     * rounding of the whole, 1e-6 of it, moves by its learning rate in any direction. One in a
     * million is expected among the 5,000 elements of an adapter here; room is for one that takes
     * the other direction, 2 of an update's length of the square root of 5,000. Weights that count
     * the wrong things differ by 0.3 and more.
     */
    private static final double UPDATES = 0.03;

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    private record Case(
            String model,
            LabelledData data,
            TaskKind task,
            EmbeddingOptions options,
            ClassWeights weights) {

        static Case of(String model, TaskKind task, LabelledData data) {
            return new Case(model, data, task, EmbeddingOptions.DEFAULT, ClassWeights.EQUAL);
        }

        static Case of(EmbeddingOptions.Loss loss) {
            return new Case(
                    BERT,
                    pairs(loss),
                    TaskKind.EMBEDDING,
                    EmbeddingOptions.builder().optLoss(loss).build(),
                    ClassWeights.EQUAL);
        }

        Case weighted() {
            return new Case(model, data, task, options, ClassWeights.BALANCED);
        }

        /** Gives pairs weights, with which batches of like length differ. */
        Case withWeights() {
            List<PairData.Row> rows = new ArrayList<>();
            for (PairData.Row row : ((PairData) data).rows()) {
                rows.add(row.withWeight(1 + rows.size() * rows.size() % 7));
            }
            return new Case(model, PairData.of(rows), task, options, weights);
        }

        /** Adapts queries alone, whose candidates are those of all pairs. */
        Case ofQueries() {
            EmbeddingOptions some =
                    EmbeddingOptions.builder().optAdapt(AdaptedTexts.QUERY).optStay(0.1).build();
            return new Case(model, data, task, some, weights);
        }

        /** The parameters that learn; a number that is added to all places says nothing of one. */
        Map<String, float[]> values(AdaptedModel model) {
            Map<String, float[]> values = Runs.values(model.adapter("default"));
            if (task == TaskKind.QUESTION_ANSWERING) {
                values.remove("head.bias"); // has no gradient but what rounding leaves
            }
            return values;
        }

        @Override
        public String toString() {
            String loss = options.loss().map(EmbeddingOptions.Loss::word).orElse("");
            boolean weighted = data instanceof PairData pairs && pairs.isWeighted();
            String own = weighted ? "of pairs" : weights.toString();
            return "%s %s on %s, weights: %s".formatted(task.noun(), loss, model, own);
        }
    }

    static Stream<Arguments> tasks() {
        Stream<Case> cases =
                Stream.of(
                        Case.of(BERT, TaskKind.CLASSIFICATION, labels("yes", "no")),
                        Case.of(
                                "tiny-bert-classifier",
                                TaskKind.CLASSIFICATION,
                                labels("negative", "neutral", "positive")),
                        // batches of like length hold classes of different weight
                        Case.of(BERT, TaskKind.CLASSIFICATION, labels("a", "b", "a", "c", "a"))
                                .weighted(),
                        Case.of(BERT, TaskKind.MULTI_LABEL_CLASSIFICATION, several()).weighted(),
                        Case.of(BERT, TaskKind.REGRESSION, labels("0.5", "2.5", "4")),
                        Case.of(BERT, TaskKind.RERANKING, candidates()),
                        Case.of(BERT, TaskKind.QUESTION_ANSWERING, questions()),
                        Case.of(BERT, TaskKind.TOKEN_CLASSIFICATION, entities()),
                        Case.of("tiny-bert-tokens", TaskKind.TOKEN_CLASSIFICATION, entities()),
                        Case.of("tiny-llama", TaskKind.CAUSAL_LM, prompts()),
                        Case.of("tiny-gpt2", TaskKind.CAUSAL_LM, prompts()),
                        Case.of("tiny-llama", TaskKind.PREFERENCE, preferences()),
                        Case.of(EmbeddingOptions.Loss.COSINE),
                        Case.of(EmbeddingOptions.Loss.MNRL).withWeights().ofQueries(),
                        Case.of(EmbeddingOptions.Loss.CONTRASTIVE),
                        Case.of(EmbeddingOptions.Loss.MARGIN_MSE),
                        Case.of(EmbeddingOptions.Loss.TRIPLET).withWeights());
        Stream<Case> checkpointing =
                Stream.of(
                        Case.of(BERT, TaskKind.RERANKING, candidates()),
                        Case.of(BERT, TaskKind.QUESTION_ANSWERING, questions()),
                        Case.of(BERT, TaskKind.TOKEN_CLASSIFICATION, entities()),
                        Case.of("tiny-llama", TaskKind.CAUSAL_LM, prompts()),
                        Case.of(EmbeddingOptions.Loss.COSINE),
                        Case.of(EmbeddingOptions.Loss.TRIPLET));
        return Stream.concat(
                cases.map(one -> Arguments.of(one, false)),
                checkpointing.map(one -> Arguments.of(one, true)));
    }

    @ParameterizedTest(name = "{0}, gradient checkpointing: {1}")
    @MethodSource("tasks")
    void severalBatchesAreOneLargeBatch(Case task, boolean checkpointing) throws IOException {
        Course large = train(task, checkpointing, ROWS, 1);
        Course small = train(task, checkpointing, ROWS / 4, 4);

        assertThat(small.losses).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
            double loss = large.losses.get(step);
            // after an update the losses differ by what the parameters do
            double limit = step == 0 ? ROUNDING : UPDATES;
            assertThat(small.losses.get(step)).isCloseTo(loss, within(limit * loss));
        }
        double difference = distance(small.end, large.end);
        assertThat(difference / distance(large.end, large.start)).isLessThan(UPDATES);
    }

    /** Losses that compare the pairs of a batch; mini-batches are there to compare all of them. */
    @ParameterizedTest
    @EnumSource(
            value = EmbeddingOptions.Loss.class,
            names = {"MNRL", "COSENT", "ANGLE"})
    void lossesThatCompareTheExamplesOfABatchAreTheMeanOfTheBatches(EmbeddingOptions.Loss loss)
            throws IOException {
        Case pairs = Case.of(loss);
        double accumulated = train(pairs, false, 4, 4).losses.get(0);
        double mean = 0;
        for (int start = 0; start < ROWS; start += 4) {
            // each batch alone, in the order that batches of similar length have
            LabelledData part = part(pairs.data(), start);
            Case alone = new Case(BERT, part, TaskKind.EMBEDDING, pairs.options(), pairs.weights());
            mean += train(alone, false, 4, 1).losses.get(0) / 4;
        }
        assertThat(accumulated).isCloseTo(mean, within(ROUNDING * mean));
        assertThat(train(pairs, false, ROWS, 1).losses.get(0)).isGreaterThan(1.1 * accumulated);
    }

    private static LabelledData part(LabelledData data, int start) {
        return data.pick(IntStream.range(start, start + 4).boxed().toList());
    }

    /** The parameters before the first step and after the last, and the loss of every step. */
    private record Course(
            Map<String, float[]> start, Map<String, float[]> end, List<Double> losses) {}

    private Course train(Case task, boolean checkpointing, int batchSize, int accumulate)
            throws IOException {
        Path directory = Path.of("src/test/resources/models", task.model());
        OpenOptions opening = OpenOptions.builder().optGradientCheckpointing(checkpointing).build();
        try (AdaptedModel model = AdaptedModel.open(directory, opening)) {
            Map<String, float[]> start = new LinkedHashMap<>();
            Map<String, float[]> end = new LinkedHashMap<>();
            List<Double> losses = new ArrayList<>();
            ProgressListener recorder =
                    new ProgressListener() {
                        @Override
                        public void onStart(int stepsPerEpoch, int epochs) {
                            assertThat(stepsPerEpoch).isEqualTo(1);
                            start.putAll(task.values(model));
                        }

                        @Override
                        public void onEpoch(
                                int epoch, double loss, Map<String, Double> metrics, boolean best) {
                            losses.add(loss);
                            end.putAll(task.values(model));
                        }
                    };
            FineTuner.builder()
                    .setModel(model)
                    .setConfig(
                            LoraConfig.builder().optRank(4).optTargets(Targets.allLinear()).build())
                    .setTrain(task.data())
                    .setDev(task.data())
                    .optTask(task.task())
                    .optEmbedding(task.options())
                    .optClassWeights(task.weights())
                    .setOutput(folder.resolve("adapter"))
                    .optOverwrite(true)
                    .optBatchSize(batchSize)
                    .optAccumulate(accumulate)
                    .optEpochs(STEPS)
                    .optLearningRate(5e-3)
                    .optListener(recorder)
                    .build()
                    .run();
            return new Course(start, end, losses);
        }
    }

    static double distance(Map<String, float[]> one, Map<String, float[]> other) {
        double squares = 0;
        for (Map.Entry<String, float[]> entry : one.entrySet()) {
            float[] values = other.get(entry.getKey());
            for (int i = 0; i < values.length; i++) {
                squares += Math.pow((double) entry.getValue()[i] - values[i], 2);
            }
        }
        return Math.sqrt(squares);
    }

    /** Letters, more of them from row to row. */
    private static String text(int row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 2 + row; i++) {
            text.append((char) ('a' + (row * 7 + i * 5) % 26)).append(' ');
        }
        return text.append('.').toString();
    }

    private static TextData labels(String... labels) {
        return TextData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(row -> TextData.Row.of(labels[row % labels.length], text(row)))
                        .toList());
    }

    private static MultiLabelData several() {
        return MultiLabelData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row ->
                                        MultiLabelData.Row.of(
                                                List.of("a", "b", "c").subList(0, row % 4),
                                                text(row)))
                        .toList());
    }

    private static TextData candidates() {
        return TextData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row ->
                                        TextData.Row.of(
                                                Integer.toString(row % 2),
                                                "x".repeat(1 + row / 4),
                                                text(row)))
                        .toList());
    }

    private static AnswerData questions() {
        return AnswerData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row -> {
                                    String before = text(row);
                                    return new AnswerData.Row(
                                            Integer.toString(row),
                                            "x y?",
                                            before + " m n",
                                            List.of(
                                                    new AnswerData.Reference(
                                                            "m n", before.length() + 1)));
                                })
                        .toList());
    }

    private static TokenData entities() {
        return TokenData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row -> {
                                    List<String> words = List.of(text(row).split(" ", -1));
                                    List<String> tags =
                                            IntStream.range(0, words.size())
                                                    .mapToObj(
                                                            i -> (row + i) % 3 == 0 ? "B-PER" : "O")
                                                    .toList();
                                    return TokenData.Row.of(words, tags);
                                })
                        .toList());
    }

    private static PromptData prompts() {
        return PromptData.of(
                IntStream.range(0, ROWS)
                        .mapToObj(
                                row ->
                                        PromptData.Row.of(
                                                row % 10 + "+" + row / 2 + "=",
                                                "123456789+".repeat(2).substring(0, 1 + row)))
                        .toList());
    }

    private static PreferenceData preferences() {
        return PreferenceData.of(
                prompts().rows().stream()
                        .map(
                                row ->
                                        PreferenceData.Row.of(
                                                row.prompt(), row.response(), row.prompt() + "0"))
                        .toList());
    }

    private static PairData pairs(EmbeddingOptions.Loss loss) {
        return PairData.of(IntStream.range(0, ROWS).mapToObj(row -> pair(loss, row)).toList());
    }

    private static PairData.Row pair(EmbeddingOptions.Loss loss, int row) {
        String query = String.format(Locale.ROOT, "%d ? %s", row, text(row / 4));
        return switch (loss) {
            case TRIPLET -> PairData.Row.of(query, text(row), text(ROWS - row) + " !");
            case COSENT, ANGLE, COSINE -> PairData.Row.scored(query, text(row), row % 5 / 5.0);
            case CONTRASTIVE, ONLINE_CONTRASTIVE -> PairData.Row.scored(query, text(row), row % 2);
            case MARGIN_MSE ->
                    PairData.Row.of(query, text(row), text(ROWS - row) + " !")
                            .withMargins(row % 5 / 5.0);
            case MNRL, GIST, MSE -> PairData.Row.of(query, text(row));
        };
    }
}
