/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of OpenAI's API and of text-embeddings-inference get what they expect. */
class OtherApisTest {

    @TempDir private static Path folder;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        String options = "{\"options\": {\"task\": \"EMBEDDING\", \"matryoshka\": \"[8, 4]\"}}";
        save("vectors", null, Map.of(AdapterDirectory.PROVENANCE, options));
        String queries = "{\"options\": {\"task\": \"EMBEDDING\", \"adapt\": \"query\"}}";
        save("asking", null, Map.of(AdapterDirectory.PROVENANCE, queries));
        String pairs = "{\"options\": {\"task\": \"RERANKING\", \"max_length\": \"32\"}}";
        save(
                "rank",
                new HeadConfig(1, HeadConfig.Pooling.CLS),
                Map.of(AdapterDirectory.PROVENANCE, pairs));
        RunningServer.classifier(folder.resolve("tickets"), "billing", "delivery");
        server =
                new RunningServer(
                        folder,
                        RunningServer.options()
                                .optName("tiny")
                                .optAliases(Map.of("text-embedding-3-small", "tiny:vectors"))
                                .build());
        server.lookTwice();
    }

    private static void save(String name, HeadConfig head, Map<String, String> texts)
            throws IOException {
        TrainedAdapters.save(RunningServer.MODEL, head, texts, folder.resolve(name));
    }

    @AfterAll
    static void nothingWentWrongInside() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static JsonElement ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body());
    }

    private static List<Double> embedding(String fields) throws IOException {
        JsonObject answer =
                ok(server.send("/v1/embeddings", "{%s}".formatted(fields))).getAsJsonObject();
        JsonObject first = answer.getAsJsonArray("data").get(0).getAsJsonObject();
        assertThat(first.get("object").getAsString()).isEqualTo("embedding");
        return numbers(first.getAsJsonArray("embedding"));
    }

    private static List<Double> numbers(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsDouble).toList();
    }

    @Test
    void openAiVectorsAreThoseOfTheAdapter() throws Exception {
        List<Double> own =
                numbers(
                        server.predict("vectors", "hi")
                                .getAsJsonArray("predictions")
                                .get(0)
                                .getAsJsonObject()
                                .getAsJsonArray("vector"));
        assertThat(embedding("'model': 'tiny:vectors', 'input': 'hi'")).isEqualTo(own);
        assertThat(embedding("'model': 'text-embedding-3-small', 'input': ['hi'], 'user': 'u'"))
                .isEqualTo(own);
        assertThat(embedding("'model': 'tiny', 'input': 'hi', 'encoding_format': null"))
                .isNotEqualTo(own);
        assertThat(embedding("'model': 'tiny:vectors', 'input': 'hi', 'dimensions': " + own.size()))
                .isEqualTo(own);

        List<Double> cut = embedding("'model': 'tiny:vectors', 'input': 'hi', 'dimensions': 4");
        double length = Math.sqrt(own.subList(0, 4).stream().mapToDouble(x -> x * x).sum());
        assertThat(cut).hasSize(4);
        assertThat(cut.get(3)).isCloseTo(own.get(3) / length, within(1e-6));
    }

    @Test
    void whatAnAdapterIsNotForIsEmbeddedByTheBaseModel() throws Exception {
        List<Double> ofBase = embedding("'model': 'tiny', 'input': 'hi'");
        String asked = "'model': 'tiny:%s', 'input': 'hi', 'input_type': '%s'";

        List<Double> ofQuery = embedding("'model': 'tiny:asking', 'input': 'hi'");
        assertThat(ofQuery).isNotEqualTo(ofBase);
        assertThat(embedding(asked.formatted("asking", "query"))).isEqualTo(ofQuery);
        assertThat(embedding(asked.formatted("asking", "passage"))).isEqualTo(ofBase);
        assertThat(embedding(asked.formatted("vectors", "document"))).isNotEqualTo(ofBase);
    }

    @Test
    void openAiUsageCountsTheTokensOfTexts() throws Exception {
        int ofOne = tokens("'hi there'");

        assertThat(ofOne).isGreaterThanOrEqualTo(2);
        assertThat(tokens("['hi there', 'hi there']")).isEqualTo(2 * ofOne);
    }

    private static int tokens(String input) throws IOException {
        return ok(server.send("/v1/embeddings", "{'model': 'tiny', 'input': %s}".formatted(input)))
                .getAsJsonObject()
                .getAsJsonObject("usage")
                .get("prompt_tokens")
                .getAsInt();
    }

    @Test
    void openAiVectorsInBase64AreTheSameNumbers() throws Exception {
        String request = "{'model': 'tiny', 'input': ['hi', 'why'], 'encoding_format': 'base64'}";
        JsonArray data =
                ok(server.send("/v1/embeddings", request)).getAsJsonObject().getAsJsonArray("data");
        assertThat(data).hasSize(2);
        byte[] bytes =
                Base64.getDecoder()
                        .decode(data.get(0).getAsJsonObject().get("embedding").getAsString());
        List<Double> floats =
                embedding("'model': 'tiny', 'input': ['hi', 'why'], 'encoding_format': 'float'");
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : floats) {
            assertThat(numbers.getFloat()).isEqualTo((float) number);
        }
        assertThat(numbers.hasRemaining()).isFalse();
    }

    @Test
    void modelsAreListed() throws Exception {
        JsonObject list = ok(server.send(server.get("/v1/models"))).getAsJsonObject();
        assertThat(
                        list.getAsJsonArray("data").asList().stream()
                                .map(model -> model.getAsJsonObject().get("id").getAsString()))
                .containsExactly(
                        "tiny",
                        "tiny:asking",
                        "tiny:rank",
                        "tiny:tickets",
                        "tiny:vectors",
                        "text-embedding-3-small");
        assertThat(server.send(server.get("/v1/models/tiny:rank")).statusCode()).isEqualTo(200);
        assertThat(server.send(server.get("/v1/models/tiny:none")).statusCode()).isEqualTo(404);
    }

    @Test
    void embedAndRerankAnswerAsTextEmbeddingsInference() throws Exception {
        JsonArray vectors =
                ok(server.send("/embed", "{'inputs': ['hi', 'why'], 'truncate': true}"))
                        .getAsJsonArray();
        assertThat(vectors).hasSize(2);
        assertThat(numbers(vectors.get(0).getAsJsonArray()))
                .isEqualTo(embedding("'model': 'tiny', 'input': ['hi', 'why']"));

        String request =
                "{'query': 'hi', 'texts': ['a', 'why not'], 'model': 'tiny:rank', 'return_text':"
                        + " true}";
        JsonArray ranked = ok(server.send("/rerank", request)).getAsJsonArray();
        JsonObject best = ranked.get(0).getAsJsonObject();
        JsonObject other = ranked.get(1).getAsJsonObject();
        assertThat(best.get("score").getAsDouble())
                .isGreaterThanOrEqualTo(other.get("score").getAsDouble());
        assertThat(best.get("text").getAsString())
                .isEqualTo(best.get("index").getAsInt() == 0 ? "a" : "why not");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    /v1/embeddings | {'model': 'gpt-4', 'input': 'a'}                        | 404 | no model 'gpt-4'
                    /v1/embeddings | {'model': 'tiny:nobody', 'input': 'a'}                  | 404 | no adapter 'nobody'
                    /v1/embeddings | {'model': 'tiny:tickets', 'input': 'a'}                 | 400 | gives texts no vectors
                    /v1/embeddings | {'model': 'tiny', 'input': 'a', 'dimensions': 4}        | 400 | no shorter ones
                    /v1/embeddings | {'model': 'tiny:vectors', 'input': 'a', 'dimensions': 5}| 400 | [8, 4], not 5
                    /v1/embeddings | {'model': 'tiny', 'input': 'a', 'dimensions': 0.5}      | 400 | whole number
                    /v1/embeddings | {'model': 'tiny', 'input': [1, 2]}                      | 400 | no text
                    /v1/embeddings | {'model': 'tiny', 'input': []}                          | 400 | empty
                    /v1/embeddings | {'model': 'tiny'}                                       | 400 | has no 'input'
                    /v1/embeddings | {'input': 'a'}                                          | 400 | no text 'model'
                    /v1/embeddings | {'model': 'tiny', 'input': 'a', 'encoding_format': 'x'} | 400 | float or base64
                    /embed         | {'inputs': 'a', 'truncate': false}                      | 400 | can only be true
                    /v1/embeddings | {'model': 'tiny', 'input': 'a', 'input_type': 'title'} | 400 | query, passage or document
                    /embed         | {'inputs': 'a', 'normalize': 1} | 400 | can only be true
                    /embed         | {'input': 'a'}                                          | 400 | unknown field
                    /rerank        | {'query': 'a', 'texts': ['b']}                          | 400 | takes texts
                    /rerank        | []                                                      | 400 | no JSON object
                    """)
    void whatCanNotBeHonouredIsRefused(String path, String body, int status, String sentence)
            throws Exception {
        HttpResponse<String> response = server.send(path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonElement error = JsonParser.parseString(response.body()).getAsJsonObject().get("error");
        String message =
                path.startsWith("/v1")
                        ? error.getAsJsonObject().get("message").getAsString()
                        : error.getAsString();
        assertThat(message).contains(sentence);
    }

    @Test
    void anAliasStandsForAModel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelNames("tiny", Map.of("x", "other")))
                .withMessageContaining("not for 'other'");
    }
}
