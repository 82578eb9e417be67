/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.PairEncoding;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs of texts whose members go through the model one by one, or as one sequence. */
class PairEncodingTest {

    private static final String BERT = "tiny-bert";
    private static final Path MODEL = Path.of("src/test/resources/models", BERT);

    @TempDir private Path folder;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = folder.resolve("adapter");
    }

    /**
     * A head of weights 1, 10, 100, 1000 on the first features of u, v, |u - v| and u v, for which
     * the base model's own outputs give the result.
     */
    @Test
    void theHeadComparesWhatIsPooledOfTheTwoTexts() throws IOException {
        try (AdaptedModel model = Runs.open(BERT);
                NDManager manager = model.model().getNDManager().newSubManager()) {
            NDList inputs = inputs(manager, new long[][] {{2, 174, 3}, {2, 93, 3}});
            float[] features =
                    model.predict(inputs).get("last_hidden_state").get(":, 0, 0").toFloatArray();
            Adapter adapter =
                    model.add(
                            "a",
                            BaselineConfig.head(),
                            new HeadConfig(1, HeadConfig.Pooling.CLS, PairEncoding.BI));
            NDArray weight = adapter.parameters().get("head.weight").getArray();
            assertThat(weight.getShape()).isEqualTo(new Shape(1, 4 * 32));
            float[] values = new float[4 * 32];
            for (int part = 0; part < 4; part++) {
                values[32 * part] = (float) Math.pow(10, part);
            }
            weight.set(values);
            model.activate("a");

            NDArray logits = model.predict(inputs).singletonOrThrow();

            // the largest factor times 40 units in the last place of two features of size two
            float u = features[0];
            float v = features[1];
            assertThat(logits.getShape()).isEqualTo(new Shape(1, 1));
            assertThat(logits.getFloat())
                    .isCloseTo(u + 10 * v + 100 * Math.abs(u - v) + 1000 * u * v, within(2e-2f));
            assertThat(adapter.toString()).contains("two texts apart");
            NDList three = inputs(manager, new long[][] {{2, 3}, {2, 3}, {2, 3}});
            assertThatThrownBy(() -> model.predict(three))
                    .hasMessageContaining("rows one after the other, but the batch has 3 rows");
        }
    }

    private static NDList inputs(NDManager manager, long[][] ids) {
        NDArray tokens = manager.create(ids);
        return new NDList(tokens, tokens.onesLike(), tokens.zerosLike());
    }

    @Test
    void learnsEvaluatesAndPredictsPairsWhoseTextsAreEncodedOneByOne() throws Exception {
        TextData train = pairs("train.tsv", 48);
        TextData dev = pairs("dev.tsv", 24);
        FineTuningResult result;
        try (AdaptedModel model = Runs.open(BERT)) {
            result =
                    Runs.builder(model, BERT, train, dev, output)
                            .optEpochs(5)
                            .optPairEncoding(PairEncoding.BI)
                            .build()
                            .run();
        }

        assertThat(result.metrics().get("accuracy")).isGreaterThan(0.9);
        assertThat(result.provenance().options()).containsEntry("pair_encoding", "bi");
        try (AdaptedModel fresh = Runs.open(BERT)) {
            assertThat(Evaluator.evaluate(fresh, output, dev)).isEqualTo(result.metrics());
        }
        try (TaskModel<StringPair, Classifications> task = open()) {
            assertThat(accuracy(task, dev)).isEqualTo(result.metrics().get("accuracy"));
            assertThatThrownBy(
                            () ->
                                    TaskModel.open(
                                            MODEL, output, String.class, Classifications.class))
                    .hasMessageContaining("it predicts Classifications from StringPair");
            assertThatThrownBy(() -> task.export(folder.resolve("merged")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("compares two texts")
                    .hasMessageContaining("pair encoding cross");
            assertThat(folder.resolve("merged")).doesNotExist();
        }
    }

    /** A text's padding does not reach its vector, so a batch gives what single pairs give. */
    @Test
    void pairsOfOtherLengthsInTheBatchChangeNothing() throws Exception {
        TextData data = pairs("data.tsv", 12);
        try (AdaptedModel model = Runs.open(BERT)) {
            Runs.builder(model, BERT, data, data, output).optEpochs(1).build().run();
        }
        StringPair shortOne = new StringPair("a", "m");
        StringPair longOne = new StringPair("a b c d a b c d a b c d", "m");
        try (TaskModel<StringPair, Classifications> task = open()) {
            double alone = first(task.predict(List.of(shortOne)));
            double together = first(task.predict(List.of(shortOne, longOne)));

            // a probability; products of another number of rows may add up in another order
            assertThat(together).isCloseTo(alone, within(1e-5));
        }
    }

    private TaskModel<StringPair, Classifications> open() throws IOException {
        return TaskModel.open(MODEL, output, StringPair.class, Classifications.class);
    }

    private static double first(List<Classifications> results) {
        return results.get(0).item(0).getProbability();
    }

    @Test
    void theDefaultIsWhatTheModelWasTrainedFor() throws IOException {
        assertThat(encoding(MODEL)).isEqualTo(PairEncoding.BI);

        Path other = copyWithoutServing();

        assertThat(encoding(other)).isEqualTo(PairEncoding.CROSS);
    }

    private PairEncoding encoding(Path directory) throws IOException {
        TextData data = pairs("data.tsv", 6);
        Path trained = folder.resolve(directory.getFileName() + "-adapter");
        try (AdaptedModel model = AdaptedModel.open(directory)) {
            Runs.builder(model, BERT, data, data, trained).optEpochs(1).build().run();
            return model.adapter("default").headConfig().orElseThrow().pairs();
        }
    }

    private Path copyWithoutServing() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("plain"));
        for (String name : List.of("tiny-bert.pt", "config.json", "tokenizer.json")) {
            Files.copy(MODEL.resolve(name), copy.resolve(name));
        }
        return copy;
    }

    /** A model that takes the first position for the vector of a text. */
    @Test
    void theHeadPoolsAsTheEncoderOfSingleTextsDoes() throws IOException {
        Path first = copyWithoutServing();
        Files.writeString(
                first.resolve("serving.properties"),
                """
                translatorFactory=ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory
                pooling=cls
                """);
        TextData data = pairs("data.tsv", 6);
        try (AdaptedModel model = AdaptedModel.open(first)) {
            Runs.builder(model, BERT, data, data, output).optEpochs(1).build().run();

            assertThat(model.adapter("default").headConfig())
                    .contains(new HeadConfig(2, HeadConfig.Pooling.CLS, PairEncoding.BI));
        }
    }

    @Test
    void refusesWhatItCanNotHonour() throws IOException {
        TextData texts = Runs.texts(folder.resolve("texts.tsv"), 6, "same", "other");
        TextData pairs = pairs("data.tsv", 6);
        String classifier = "tiny-bert-classifier";
        try (AdaptedModel model = Runs.open(BERT);
                AdaptedModel own = Runs.open(classifier)) {
            assertThatThrownBy(
                            () ->
                                    Runs.builder(model, BERT, texts, texts, output)
                                            .optPairEncoding(PairEncoding.BI)
                                            .build()
                                            .run())
                    .hasMessageContaining(
                            "holds no pairs of texts; leave the pair encoding bi out");
            TextData three = threeClasses();
            assertThatThrownBy(
                            () ->
                                    Runs.builder(own, classifier, three, three, output)
                                            .optPairEncoding(PairEncoding.BI)
                                            .build()
                                            .run())
                    .hasMessageContaining("own head takes a pair of texts as one sequence (cross)");
            Runs.builder(model, BERT, pairs, pairs, output).optEpochs(1).build().run();
            assertThatThrownBy(() -> Evaluator.evaluate(model, output, texts))
                    .hasMessageContaining("holds single texts, but pairs are compared");
        }
        Path head = output.resolve("head_config.json");
        Files.writeString(head, Files.readString(head).replace("\"bi\"", "\"both\""));
        assertThatThrownBy(this::open)
                .hasMessageContaining("'both'")
                .hasMessageContaining("[cross, bi]");
    }

    private TextData threeClasses() throws IOException {
        return TextData.read(
                Files.writeString(
                        folder.resolve("three.tsv"),
                        """
                        label\tsentence1\tsentence2
                        negative\ta\tb
                        neutral\tb\tc
                        positive\tc\td
                        """));
    }

    private static double accuracy(TaskModel<StringPair, Classifications> task, TextData data)
            throws Exception {
        List<StringPair> inputs = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        data.rows()
                .forEach(
                        row -> {
                            inputs.add(new StringPair(row.first(), row.second()));
                            labels.add(row.label());
                        });
        List<Classifications> found = task.predict(inputs);
        int right = 0;
        for (int i = 0; i < labels.size(); i++) {
            right += found.get(i).best().getClassName().equals(labels.get(i)) ? 1 : 0;
        }
        return (double) right / labels.size();
    }

    /** Texts from the same letters, or from others. */
    private TextData pairs(String file, int rows) throws IOException {
        List<String> words = List.of("a b c d", "m n o p");
        StringBuilder text = new StringBuilder("label\tsentence1\tsentence2\n");
        for (int row = 0; row < rows; row++) {
            String first = words.get(row % 2);
            String second = words.get(row / 2 % 2);
            text.append(first.equals(second) ? "same" : "other")
                    .append('\t')
                    .append(first.repeat(1 + row % 3))
                    .append('\t')
                    .append(second)
                    .append('\n');
        }
        return TextData.read(Files.writeString(folder.resolve(file), text));
    }
}
