/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.StringPair;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.MovedAdapters;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterTranslatorFactoryTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> TEXTS = List.of("where is my parcel", "hi", "why");

    /** Float32, with other rows beside it and another placement of the adapter. */
    private static final double ROUNDING = 2e-5;

    @TempDir private Path folder;

    /** What was predicted by adapter, input and type of the output. */
    private final Map<List<Object>, Object> expected = new HashMap<>();

    private Path base;

    /** The base model with adapters for vectors, for classes and for scores of pairs. */
    @BeforeEach
    void layOut() throws IOException {
        base = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/models", BERT))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
        String properties = Files.readString(base.resolve("serving.properties"));
        Files.writeString(
                base.resolve("serving.properties"),
                properties.replaceAll(
                        "translatorFactory=.*",
                        "translatorFactory=" + AdapterTranslatorFactory.class.getName()));
        String pairs = "{\"options\": {\"pairs\": \"true\", \"max_length\": \"32\"}}";
        try (AdaptedModel model = MovedAdapters.open(BERT)) {
            save(model, "acme", null, null, "{}");
            save(model, "globex", null, null, "{}");
            save(
                    model,
                    "tickets",
                    new HeadConfig(3, HeadConfig.Pooling.MEAN),
                    "[\"a\",\"b\",\"c\"]",
                    "{}");
            save(
                    model,
                    "urgent",
                    new HeadConfig(2, HeadConfig.Pooling.CLS),
                    "[\"no\",\"yes\"]",
                    "{}");
            save(model, "rank", new HeadConfig(1, HeadConfig.Pooling.CLS), "[]", pairs);
            save(model, "ask", new HeadConfig(2, HeadConfig.Pooling.SPAN), null, "{}");
        }
    }

    private void save(
            AdaptedModel model, String name, HeadConfig head, String labels, String provenance)
            throws IOException {
        MovedAdapters.add(model, name, head);
        Map<String, String> texts =
                labels == null
                        ? Map.of()
                        : Map.of(
                                AdapterDirectory.LABELS,
                                labels,
                                AdapterDirectory.PROVENANCE,
                                provenance);
        AdapterDirectory.save(model, name, adapter(name), AdapterDirectory.Layout.PACKED, texts);
        model.delete(name);
    }

    private Path adapter(String name) {
        return base.resolve("adapters").resolve(name);
    }

    private ZooModel<Input, Output> load(TranslatorFactory factory) throws Exception {
        return Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(base)
                .optTranslatorFactory(factory)
                .build()
                .loadModel();
    }

    private ZooModel<Input, Output> load() throws Exception {
        return load(new AdapterTranslatorFactory());
    }

    private static Input json(String body) {
        Input input = new Input();
        input.addProperty("Content-Type", "application/json");
        input.add(body.replace('\'', '"'));
        return input;
    }

    private static Input bytes(byte[] body) {
        Input input = json("");
        input.getContent().clear();
        input.add(body);
        return input;
    }

    private static Input request(List<String> texts, List<String> adapters) {
        return json(new Gson().toJson(Map.of("inputs", texts, "adapters", adapters)));
    }

    private static JsonElement content(Output output) {
        assertThat(output.getCode()).as(output.getMessage()).isEqualTo(200);
        assertThat(output.getProperty("Content-Type", null)).isEqualTo("application/json");
        return JsonParser.parseString(output.getData().getAsString());
    }

    private static void failed(Output output, int code, String... parts) {
        assertThat(output.getCode()).isEqualTo(code);
        JsonObject error = JsonParser.parseString(output.getData().getAsString()).getAsJsonObject();
        assertThat(error.get("code").getAsInt()).isEqualTo(code);
        assertThat(error.get("error").getAsString()).contains(parts);
        assertThat(output.getMessage()).as("status line").matches("[ -~]{1,200}");
    }

    /** What the task model of an adapter alone predicts. */
    private <I, O> O expected(String adapter, Class<I> from, I input, Class<O> to)
            throws Exception {
        List<Object> key = List.of(adapter, input, to);
        if (!expected.containsKey(key)) {
            expected.put(key, predicted(adapter, from, input, to));
        }
        return to.cast(expected.get(key));
    }

    private <I, O> O predicted(String adapter, Class<I> from, I input, Class<O> to)
            throws Exception {
        try (TaskModel<I, O> task =
                adapter.isEmpty()
                        ? TaskModel.open(base, from, to)
                        : TaskModel.open(base, adapter(adapter), from, to)) {
            return task.predict(input);
        }
    }

    private void assertVector(JsonElement actual, String adapter, String text) throws Exception {
        float[] expected = expected(adapter, String.class, text, float[].class);
        JsonArray vector = actual.getAsJsonArray();
        assertThat(vector).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(vector.get(i).getAsDouble()).isCloseTo(expected[i], within(ROUNDING));
        }
    }

    private void assertClass(JsonElement actual, String adapter, String text) throws Exception {
        Classifications.Classification best =
                expected(adapter, String.class, text, Classifications.class).best();
        JsonObject first = actual.getAsJsonArray().get(0).getAsJsonObject();
        assertThat(first.get("className").getAsString()).isEqualTo(best.getClassName());
        assertThat(first.get("probability").getAsDouble())
                .isCloseTo(best.getProbability(), within(ROUNDING));
    }

    @Test
    void everyRowIsPredictedWithItsAdapter() throws Exception {
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            JsonArray vectors =
                    content(predictor.predict(request(TEXTS, List.of("globex", "", "acme"))))
                            .getAsJsonArray();
            assertThat(vectors).hasSize(3);
            assertVector(vectors.get(0), "globex", TEXTS.get(0));
            assertVector(vectors.get(1), "", TEXTS.get(1));
            assertVector(vectors.get(2), "acme", TEXTS.get(2));
        }
    }

    @Test
    void rowsOfOneRequestMayHaveDifferentTasks() throws Exception {
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            JsonArray answers =
                    content(predictor.predict(request(TEXTS, List.of("tickets", "acme", "urgent"))))
                            .getAsJsonArray();
            assertClass(answers.get(0), "tickets", TEXTS.get(0));
            assertVector(answers.get(1), "acme", TEXTS.get(1));
            assertClass(answers.get(2), "urgent", TEXTS.get(2));
        }
    }

    @Test
    void aRequestThatCanNotBeAnsweredFailsAlone() throws Exception {
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            List<Output> outputs =
                    predictor.batchPredict(
                            List.of(
                                    request(TEXTS, List.of("acme", "", "tickets")),
                                    request(TEXTS, List.of("acme", "initech", "")),
                                    json("{'inputs': 'hi', 'adapters': 'acme'}"),
                                    json("{'inputs': ['hi'], 'adapters': ['acme', '']}"),
                                    json("not JSON {"),
                                    json("{'texts': ['hi']}"),
                                    json("{'inputs': [7]}"),
                                    json(
                                            "{'inputs': {'question': 'hi', 'context': 'why'},"
                                                    + " 'adapters': 'acme'}"),
                                    json("{'inputs': 'hi', 'adapters': 3}"),
                                    json("{'inputs': {'text_pair': 'hi'}}"),
                                    json("{'inputs': 'hi', 'adapters': 'a\\nb'}"),
                                    json("{'inputs': 'hi', 'adapter': '', 'adapters': ''}"),
                                    bytes(new byte[] {'"', (byte) 0xC3, '"'}),
                                    json("[[" + "7,".repeat(5000) + "7]]"),
                                    new Input()));
            JsonArray first = content(outputs.get(0)).getAsJsonArray();
            assertVector(first.get(0), "acme", TEXTS.get(0));
            assertVector(first.get(1), "", TEXTS.get(1));
            assertClass(first.get(2), "tickets", TEXTS.get(2));
            failed(outputs.get(1), 424, "There is no adapter 'initech'");
            assertVector(content(outputs.get(2)), "acme", "hi");
            failed(outputs.get(3), 400, "1 inputs and 2 adapters");
            failed(outputs.get(4), 400, "The request is not JSON (at line 1 column");
            failed(outputs.get(5), 400, "unknown field 'texts'", "[adapter, adapters, inputs]");
            failed(outputs.get(6), 400, "not 7");
            failed(outputs.get(7), 400, "Adapter 'acme' predicts nothing from a question");
            failed(outputs.get(8), 400, "named by a text, not 3");
            failed(outputs.get(9), 400, "no text \"text\"");
            failed(outputs.get(10), 424, "There is no adapter 'a\nb'");
            failed(outputs.get(11), 400, "both \"adapter\" and \"adapters\"");
            failed(outputs.get(12), 400, "not UTF-8");
            failed(outputs.get(13), 400, "not [7,7,7", "…");
            failed(outputs.get(14), 400, "The request is empty");
        }
    }

    /** Only the prediction finds out that the question has no room, with others beside it. */
    @Test
    void aRequestThatFailsWhenItIsPredictedFailsAlone() throws Exception {
        String endless = question("hi ".repeat(500));
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Output alone = predictor.predict(asking(question("where")));
            List<Output> outputs =
                    predictor.batchPredict(
                            List.of(
                                    asking(question("where")),
                                    asking("[" + question("hi") + ", " + endless + "]"),
                                    request(TEXTS, List.of("acme", "", "tickets"))));
            assertThat(content(outputs.get(0)).getAsJsonObject().keySet())
                    .isEqualTo(content(alone).getAsJsonObject().keySet());
            failed(outputs.get(1), 400, "The question has", "leaves no room");
            assertVector(content(outputs.get(2)).getAsJsonArray().get(0), "acme", TEXTS.get(0));
        }
    }

    private static Input asking(String inputs) {
        return json("{'inputs': %s, 'adapters': 'ask'}".formatted(inputs));
    }

    private static String question(String text) {
        return "{'question': '%s', 'context': 'my parcel is here'}".formatted(text);
    }

    @Test
    void anAdapterIsAlsoNamedByAHeaderOrOneFieldForAllInputs() throws Exception {
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input property = json("{'inputs': ['hi', 'why']}");
            property.addProperty("X-Amzn-SageMaker-Adapter-Identifier", "globex");
            assertVector(
                    content(predictor.predict(property)).getAsJsonArray().get(1), "globex", "why");
            Input field = json("{'inputs': 'hi', 'adapter': 'acme'}");
            assertVector(content(predictor.predict(field)), "acme", "hi");
            Input text = new Input();
            text.add("hi");
            assertVector(content(predictor.predict(text)), "", "hi");
            assertVector(content(predictor.predict(json("'hi'"))), "", "hi");
            assertThat(content(predictor.predict(json("{'inputs': []}"))).getAsJsonArray())
                    .isEmpty();
        }
    }

    @Test
    void pairsAreScored() throws Exception {
        StringPair pair = new StringPair("hi", "why");
        float expected = expected("rank", StringPair.class, pair, Float.class);
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            Input one = json("{'inputs': {'text': 'hi', 'text_pair': 'why'}, 'adapters': 'rank'}");
            assertThat(content(predictor.predict(one)).getAsDouble())
                    .isCloseTo(expected, within(ROUNDING));
            Input query = json("{'query': 'hi', 'texts': ['no', 'why'], 'adapters': 'rank'}");
            JsonArray scores = content(predictor.predict(query)).getAsJsonArray();
            assertThat(scores).hasSize(2);
            assertThat(scores.get(1).getAsDouble()).isCloseTo(expected, within(ROUNDING));
        }
    }

    @Test
    void theFactoryIsFoundByTheLineInServingProperties() throws Exception {
        try (ZooModel<Input, Output> model = load(new DeferredTranslatorFactory());
                Predictor<Input, Output> predictor = model.newPredictor()) {
            assertVector(
                    content(predictor.predict(json("{'inputs': 'hi', 'adapters': 'acme'}"))),
                    "acme",
                    "hi");
        }
    }

    @Test
    void severalWorkersShareOneModelWhichIsClosedWithTheirs() throws Exception {
        ServedBlock served;
        try (ZooModel<Input, Output> model = load()) {
            served = (ServedBlock) model.getBlock();
            new AdapterTranslatorFactory()
                    .newInstance(Input.class, Output.class, model.getWrappedModel(), Map.of());
            assertThat(model.getBlock()).isSameAs(served);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Output>> calls = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    calls.add(
                            () -> {
                                try (Predictor<Input, Output> own = model.newPredictor()) {
                                    return own.predict(
                                            request(TEXTS, List.of("acme", "globex", "tickets")));
                                }
                            });
                }
                for (Future<Output> answer : threads.invokeAll(calls)) {
                    JsonArray answers = content(answer.get()).getAsJsonArray();
                    assertVector(answers.get(0), "acme", TEXTS.get(0));
                    assertVector(answers.get(1), "globex", TEXTS.get(1));
                }
            } finally {
                threads.shutdownNow();
            }
        }
        assertThat(served.adapters().model().model().getNDManager().isOpen()).isFalse();
    }

    @Test
    void aDamagedAdapterIsRefusedAloneAndServedWhenItIsMended() throws Exception {
        Path config = adapter("globex").resolve("adapter_config.json");
        String good = Files.readString(config);
        Files.writeString(config, "{");
        Input damaged = json("{'inputs': 'hi', 'adapters': 'globex'}");
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            assertVector(
                    content(predictor.predict(request(List.of("hi"), List.of("acme"))))
                            .getAsJsonArray()
                            .get(0),
                    "acme",
                    "hi");
            failed(
                    predictor.predict(damaged),
                    424,
                    "Adapter 'globex' is not served: " + Path.of("globex", "adapter_config.json"));

            Files.writeString(config, good);
            Path away = Files.move(adapter("acme"), base.resolve("away"));
            ServedBlock served = (ServedBlock) model.getBlock();
            while (served.adapters().serves("acme") || !served.adapters().serves("globex")) {
                Thread.sleep(100);
            }
            assertVector(content(predictor.predict(damaged)), "globex", "hi");
            failed(
                    predictor.predict(request(List.of("hi"), List.of("acme"))),
                    424,
                    "There is no adapter 'acme'");
            Files.move(away, adapter("acme"));
        }
    }

    @Test
    void aModelWithoutAdaptersIsServedAsItIs() throws Exception {
        try (Stream<Path> files = Files.walk(base.resolve("adapters"))) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        try (ZooModel<Input, Output> model = load();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            assertVector(content(predictor.predict(json("{'inputs': 'hi'}"))), "", "hi");
            failed(
                    predictor.predict(json("{'inputs': 'hi', 'adapters': 'acme'}")),
                    424,
                    "There is no adapter 'acme'");
        }
    }
}
