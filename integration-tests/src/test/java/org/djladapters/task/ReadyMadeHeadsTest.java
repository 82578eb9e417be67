/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Classifications;
import ai.djl.util.StringPair;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.examples.cli.Run;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.multilabel.ChosenClasses;
import org.djladapters.task.option.Thresholds;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints that came with a head which scores pairs, as sentence-transformers' cross-encoders,
 * or gives several classes at once: what {@code CrossEncoder.predict} and the pipeline of
 * transformers gave is recorded beside them.
 */
class ReadyMadeHeadsTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final Path CROSS = HUB.resolve("bert-cross-encoder");
    private static final Path SEVERAL = HUB.resolve("bert-multi-label");

    private static final String IDENTITY = "torch.nn.modules.linear.Identity";

    /** Float32 with other orders of summation, of numbers up to about 10. */
    private static final Offset<Float> CLOSE = Offset.offset(1e-4f);

    @TempDir private Path folder;

    private static JsonObject recorded(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static List<StringPair> pairs() throws IOException {
        List<StringPair> pairs = new ArrayList<>();
        for (JsonElement pair : recorded(CROSS.resolve("scores.json")).getAsJsonArray("pairs")) {
            JsonArray texts = pair.getAsJsonArray();
            pairs.add(new StringPair(texts.get(0).getAsString(), texts.get(1).getAsString()));
        }
        return pairs;
    }

    private static List<Float> scores(String activation) throws IOException {
        return recorded(CROSS.resolve("scores.json")).getAsJsonArray(activation).asList().stream()
                .map(JsonElement::getAsFloat)
                .toList();
    }

    /** A copy of the cross-encoder whose configuration names what makes scores of logits. */
    private Path cross(String activation, String function) throws IOException {
        JsonObject config = recorded(CROSS.resolve("config.json"));
        if (activation.equals("sentence_transformers")) {
            JsonObject section = new JsonObject();
            section.addProperty("activation_fn", function);
            config.add(activation, section);
        } else if (activation.equals("sbert_ce_default_activation_function")) {
            config.addProperty(activation, function);
        }
        Path copy = Files.createDirectory(folder.resolve("model"));
        for (String name :
                List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(CROSS.resolve(name), copy.resolve(name));
        }
        Files.writeString(copy.resolve("config.json"), config.toString());
        return copy;
    }

    private static void requireScores(Path model, List<Float> expected) throws Exception {
        try (TaskModel<StringPair, Float> task =
                        TaskModel.open(model, StringPair.class, Float.class);
                TaskModel<StringPair, float[]> arrays =
                        TaskModel.open(model, StringPair.class, float[].class)) {
            assertThat(task.kind()).contains(TaskKind.RERANKING);
            List<Float> scores = task.predict(pairs());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(scores.get(i)).isCloseTo(expected.get(i), CLOSE);
                assertThat(arrays.predict(pairs().get(i)))
                        .containsExactly(new float[] {expected.get(i)}, CLOSE);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"untold", "sentence_transformers", "sbert_ce_default_activation_function"})
    void aCrossEncoderScoresPairsAsSentenceTransformersDoes(String activation) throws Exception {
        Path model = cross(activation, IDENTITY);

        requireScores(model, scores(activation));
        // and so do its exports
        Path torchScript = folder.resolve("torchscript");
        Path checkpoint = folder.resolve("checkpoint");
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(model, StringPair.class, Float.class)) {
            task.export(torchScript);
            task.exportCheckpoint(checkpoint);
        }
        requireScores(torchScript, scores(activation));
        requireScores(checkpoint, scores(activation));
    }

    /**
     * PEFT saves the classifier with an adapter of task type SEQ_CLS, and says nothing of scores.
     */
    @Test
    void anAdapterOfPeftForACrossEncoderScoresPairsToo() throws Exception {
        Path adapter = folder.resolve("adapter");
        try (AdaptedModel model = AdaptedModel.open(CROSS)) {
            LoraConfig config =
                    LoraConfig.builder().optRank(2).optModulesToSave(List.of("classifier")).build();
            model.add("a", config); // starts where the model is unchanged
            AdapterDirectory.save(model, "a", adapter);
        }
        Path file = adapter.resolve("adapter_config.json");
        JsonObject config = recorded(file);
        config.addProperty("task_type", "SEQ_CLS");
        Files.writeString(file, config.toString());
        try (TaskModel<StringPair, Float> task =
                TaskModel.open(CROSS, adapter, StringPair.class, Float.class)) {
            assertThat(task.kind()).contains(TaskKind.RERANKING);
            assertThat(task.predict(pairs().get(0))).isCloseTo(scores("untold").get(0), CLOSE);
        }
    }

    private static TextData labelled(String... labels) throws IOException {
        List<TextData.Row> rows = new ArrayList<>();
        for (String label : labels) {
            StringPair pair = pairs().get(rows.size());
            rows.add(TextData.Row.of(label, pair.getKey(), pair.getValue()));
        }
        return TextData.of(rows);
    }

    private FineTuningResult tune(Path checkpoint, TextData data, TaskKind task)
            throws IOException {
        try (AdaptedModel model = AdaptedModel.open(checkpoint)) {
            return FineTuner.builder()
                    .setModel(model)
                    .setConfig(LoraConfig.builder().optRank(2).build())
                    .setTrain(data)
                    .setDev(data)
                    .optTask(task)
                    .optEpochs(1)
                    .setOutput(folder.resolve("adapter"))
                    .build()
                    .run();
        }
    }

    /** With scores for single pairs, as of STS, epochs are compared by correlations. */
    @ParameterizedTest
    @CsvSource({"RERANKING", "REGRESSION"})
    void aCrossEncoderTrainsOnWithItsHeadAndIsStillOne(String kind) throws Exception {
        TaskKind task = TaskKind.of(kind);
        Path model = cross("sentence_transformers", IDENTITY);
        TextData data = labelled("0.5", "1", "0");
        FineTuningResult result = tune(model, data, task);
        // the head that it has was measured before training
        assertThat(result.startMetrics()).containsOnlyKeys("spearman", "pearson");
        Path checkpoint = folder.resolve("checkpoint");
        List<Float> scores;
        try (TaskModel<StringPair, Float> tuned =
                TaskModel.open(model, folder.resolve("adapter"), StringPair.class, Float.class)) {
            assertThat(tuned.kind()).contains(task);
            scores = tuned.predict(pairs());
            tuned.exportCheckpoint(checkpoint);
        }
        JsonObject config = recorded(checkpoint.resolve("config.json"));
        // by which sentence-transformers gives the same numbers
        assertThat(
                        config.getAsJsonObject("sentence_transformers")
                                .get("activation_fn")
                                .getAsString())
                .isEqualTo(IDENTITY);
        assertThat(config.has("problem_type")).isEqualTo(task == TaskKind.REGRESSION);
        try (TaskModel<StringPair, Float> merged =
                TaskModel.open(checkpoint, StringPair.class, Float.class)) {
            assertThat(merged.kind()).contains(task);
            List<Float> again = merged.predict(pairs());
            for (int i = 0; i < scores.size(); i++) {
                assertThat(again.get(i)).isCloseTo(scores.get(i), CLOSE);
            }
        }
    }

    @Test
    void anotherFunctionIsRefused() throws Exception {
        Path model = cross("sentence_transformers", "torch.nn.modules.activation.Tanh");
        assertThatThrownBy(() -> TaskModel.open(model, StringPair.class, Float.class))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining("Tanh', which is neither Sigmoid nor Identity");
    }

    /** What it predicts otherwise is said. */
    @Test
    void aCrossEncoderTakesPairsOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskModel.open(CROSS, String.class, float[].class))
                .withMessageContaining("it predicts Float from StringPair");
    }

    @Test
    void aCrossEncoderOrdersCandidates() throws Exception {
        List<StringPair> pairs = pairs();
        List<Float> scores = scores("untold");
        int best = scores.indexOf(scores.stream().max(Float::compare).orElseThrow());
        List<TextData.Row> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            rows.add(
                    TextData.Row.of(
                            i == best ? "1" : "0",
                            pairs.get(best).getKey(),
                            pairs.get(i).getValue()));
        }
        try (AdaptedModel model = AdaptedModel.open(CROSS)) {
            assertThat(
                            Evaluator.evaluate(
                                    model,
                                    TextData.of(rows),
                                    OptionalInt.empty(),
                                    new EvaluationListener() {}))
                    .containsOnlyKeys("mrr@10", "ndcg@10", "map");
        }
    }

    /** The command line reads the head, too. */
    @Test
    void commandsScoreAndMeasure() throws Exception {
        StringBuilder table = new StringBuilder("sentence1\tsentence2\tlabel\n");
        for (StringPair pair : pairs()) {
            table.append(
                    "the fox\t%s\t%d\n".formatted(pair.getValue().strip(), table.length() % 2));
        }
        table.append("the fox\tdog\t1\nthe fox\tlazy\t0\n");
        Path data = Files.writeString(folder.resolve("data.tsv"), table);

        JsonObject predicted =
                json(
                        "predict",
                        "--model",
                        CROSS,
                        "--text",
                        pairs().get(0).getKey(),
                        "--text-pair",
                        pairs().get(0).getValue());
        assertThat(predicted.get("score").getAsFloat()).isCloseTo(scores("untold").get(0), CLOSE);
        Path output = folder.resolve("scores.tsv");
        assertThat(
                        Run.of("predict", "--model", CROSS, "--input", data, "--output", output)
                                .status())
                .isZero();
        assertThat(Files.readAllLines(output)).hasSize(pairs().size() + 3);
        for (List<Object> task :
                List.of(List.<Object>of(), List.<Object>of("--task", "reranking"))) {
            List<Object> words = new ArrayList<>(List.of("evaluate", "--model", CROSS));
            words.addAll(List.of("--data", data));
            words.addAll(task);
            assertThat(json(words.toArray()).keySet()).contains("mrr@10", "ndcg@10");
        }
    }

    private static JsonObject json(Object... words) {
        Run run = Run.of(words);
        assertThat(run.status()).as(run.err().toString()).isZero();
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    @Test
    void severalClassesAtOnceHaveAProbabilityEach() throws Exception {
        JsonObject recorded = recorded(SEVERAL.resolve("probabilities.json"));
        Path export = folder.resolve("export");
        Path checkpoint = folder.resolve("checkpoint");
        requireProbabilities(SEVERAL, recorded);
        try (TaskModel<String, Classifications> task =
                TaskModel.open(SEVERAL, String.class, Classifications.class)) {
            assertThat(task.kind()).contains(TaskKind.MULTI_LABEL_CLASSIFICATION);
            task.export(export);
            task.exportCheckpoint(checkpoint);
        }
        requireProbabilities(export, recorded);
        requireProbabilities(checkpoint, recorded);
    }

    private static void requireProbabilities(Path model, JsonObject recorded) throws Exception {
        try (TaskModel<String, Classifications> task =
                TaskModel.open(model, String.class, Classifications.class)) {
            JsonArray texts = recorded.getAsJsonArray("texts");
            for (int i = 0; i < texts.size(); i++) {
                JsonObject expected =
                        recorded.getAsJsonArray("probabilities").get(i).getAsJsonObject();
                Classifications found = task.predict(texts.get(i).getAsString());
                for (String label : expected.keySet()) {
                    assertThat((float) found.get(label).getProbability())
                            .isCloseTo(expected.get(label).getAsFloat(), CLOSE);
                }
            }
        }
    }

    /** The recorded probabilities decide what is right, so the metrics follow from them. */
    @Test
    void severalClassesAtOnceAreMeasuredAndTrainedOn() throws Exception {
        JsonObject recorded = recorded(SEVERAL.resolve("probabilities.json"));
        List<MultiLabelData.Row> rows = new ArrayList<>();
        for (int i = 0; i < recorded.getAsJsonArray("texts").size(); i++) {
            JsonObject row = recorded.getAsJsonArray("probabilities").get(i).getAsJsonObject();
            rows.add(
                    MultiLabelData.Row.of(
                            row.keySet().stream()
                                    .filter(label -> row.get(label).getAsFloat() >= 0.5)
                                    .toList(),
                            recorded.getAsJsonArray("texts").get(i).getAsString()));
        }
        MultiLabelData data = MultiLabelData.of(rows);
        Path adapter = folder.resolve("adapter");
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(SEVERAL)) {
            assertThat(evaluate(model, data)).containsEntry("subset_accuracy", 1.0);
            TextData single = TextData.of(List.of(TextData.Row.of("billing", "the invoice")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> evaluate(model, single))
                    .withMessageContaining("has one label a row");
            FineTuner.builder()
                    .setModel(model)
                    .setConfig(LoraConfig.builder().optTargets("query").build())
                    .setTrain(data)
                    .setDev(data)
                    .optEpochs(1)
                    .optThresholds(Thresholds.of(0.4))
                    .setOutput(adapter)
                    .build()
                    .run();
            model.activate("default");
            try (TaskModel<String, Classifications> task =
                    TaskModel.of(model, String.class, Classifications.class)) {
                task.exportCheckpoint(merged);
                JsonObject config = recorded(merged.resolve("config.json"));
                assertThat(config.get("problem_type").getAsString())
                        .isEqualTo("multi_label_classification");
                assertThat(config.get("thresholds").getAsJsonArray().get(0).getAsDouble())
                        .isEqualTo(0.4);
                try (TaskModel<String, ChosenClasses> again =
                        TaskModel.open(merged, String.class, ChosenClasses.class)) {
                    String text = rows.get(0).first();
                    Classifications found = again.predict(text);
                    for (Object label : task.predict(text).getClassNames()) {
                        String name = (String) label;
                        assertThat((float) found.get(name).getProbability())
                                .isCloseTo(
                                        (float) task.predict(text).get(name).getProbability(),
                                        CLOSE);
                    }
                }
            }
        }
    }

    private static Map<String, Double> evaluate(AdaptedModel model, LabelledData data)
            throws IOException {
        return Evaluator.evaluate(model, data, OptionalInt.empty(), new EvaluationListener() {});
    }
}
