/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.ChatMessage;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.generation.TextGenerator;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A language model and its adapters write what clients of OpenAI's API ask for. */
class WrittenTextsTest {

    private static final String TEMPLATE =
            "{% for m in messages %}{{ m.role[0] + m.content }}{% endfor %}"
                    + "{% if add_generation_prompt %}a{% endif %}";

    private static final int TOKENS = 6;
    private static final int MOST = 60;

    @TempDir private static Path folder;

    private static Path base;
    private static Path adapters;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        base = folder.resolve("tiny");
        RunningServer.copy(Models.directory("tiny-llama"), base);
        Files.writeString(base.resolve("chat_template.jinja"), TEMPLATE);
        adapters = Files.createDirectory(folder.resolve("adapters"));
        TrainedAdapters.save(
                base,
                null,
                Map.of(AdapterDirectory.PROVENANCE, "{\"options\": {\"task\": \"CAUSAL_LM\"}}"),
                adapters.resolve("sums"),
                "q_proj",
                "v_proj");
        server =
                new RunningServer(
                        base, adapters, RunningServer.options().optMaxNewTokens(MOST).build());
        server.lookTwice();
    }

    @AfterAll
    static void nothingWentWrongInside() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static JsonObject ask(String path, String body) throws IOException {
        return RunningServer.ok(server.send(path, body));
    }

    private static JsonObject choice(JsonObject answer) {
        return answer.getAsJsonArray("choices").get(0).getAsJsonObject();
    }

    private static List<String> expected(String adapter, String... prompts) throws IOException {
        GenerationOptions options = GenerationOptions.builder().optMaxNewTokens(TOKENS).build();
        try (AdaptedModel model = AdaptedModel.open(base);
                TextGenerator generator = TextGenerator.open(model)) {
            AdapterDirectory.load(model, "sums", adapters.resolve("sums"));
            return generator.generate(
                    List.of(prompts),
                    List.of(prompts).stream().map(p -> adapter).toList(),
                    options);
        }
    }

    @Test
    void promptsAreContinuedByTheBaseModelOrAnAdapter() throws IOException {
        String body = "{'model': '%s', 'prompt': ['1+1=', '2+3='], 'max_tokens': 6}";

        JsonObject plain = ask("/v1/completions", body.formatted("tiny"));
        JsonObject adapted = ask("/v1/completions", body.formatted("tiny:sums"));

        List<String> ofBase = expected(AdaptedModel.BASE, "1+1=", "2+3=");
        List<String> ofAdapter = expected("sums", "1+1=", "2+3=");
        assertThat(texts(plain)).isEqualTo(ofBase);
        assertThat(texts(adapted)).isEqualTo(ofAdapter).isNotEqualTo(ofBase);
        assertThat(adapted.get("object").getAsString()).isEqualTo("text_completion");
        assertThat(adapted.get("model").getAsString()).isEqualTo("tiny:sums");
        assertThat(choice(adapted).get("finish_reason").getAsString()).isEqualTo("length");
        JsonObject usage = adapted.getAsJsonObject("usage");
        assertThat(usage.get("completion_tokens").getAsInt()).isEqualTo(2 * TOKENS);
        assertThat(usage.get("total_tokens").getAsInt())
                .isEqualTo(usage.get("prompt_tokens").getAsInt() + 2 * TOKENS);
        assertThat(server.metric("adapters_new_tokens_total")).isGreaterThanOrEqualTo(4 * TOKENS);
    }

    private static List<String> texts(JsonObject answer) {
        return answer.getAsJsonArray("choices").asList().stream()
                .map(choice -> choice.getAsJsonObject().get("text").getAsString())
                .toList();
    }

    @Test
    void aTextWithoutALimitOfItsOwnHasThatOfTheServer() throws IOException {
        JsonObject answer = ask("/v1/completions", "{'model': 'tiny', 'prompt': '1'}");

        assertThat(answer.getAsJsonObject("usage").get("completion_tokens").getAsInt())
                .isEqualTo(MOST);
    }

    @Test
    void conversationsAreWrittenByTheModelsTemplate() throws IOException {
        JsonObject answer =
                ask(
                        "/v1/chat/completions",
                        """
                        {'model': 'tiny:sums', 'max_completion_tokens': 6, 'n': 1, 'tools': [],
                         'messages': [{'role': 'system', 'content': '+'}, {'role': 'user',
                         'content': [{'type': 'text', 'text': '1+'}, {'type': 'text', 'text': '1='}]}]}
                        """);

        JsonObject message = choice(answer).getAsJsonObject("message");
        assertThat(message.get("role").getAsString()).isEqualTo(ChatMessage.ASSISTANT);
        assertThat(message.get("content").getAsString())
                .isEqualTo(chat(ChatMessage.system("+"), ChatMessage.user("1+1=")));
        assertThat(answer.get("object").getAsString()).isEqualTo("chat.completion");
    }

    @Test
    void whatSaysNothingChangesNothing() throws IOException {
        JsonObject answer =
                ask(
                        "/v1/chat/completions",
                        """
                        {'model': 'tiny:sums', 'max_tokens': 6, 'max_completion_tokens': null,
                         'stop': null, 'n': null, 'seed': null, 'temperature': 0, 'top_p': 1.0,
                         'tools': null, 'tool_choice': 'none', 'parallel_tool_calls': null,
                         'logprobs': null, 'logit_bias': {}, 'modalities': ['text'],
                         'response_format': {'type': 'text'}, 'stream': null,
                         'stream_options': {'include_usage': true}, 'safety_identifier': 'a',
                         'messages': [
                           {'role': 'developer', 'content': '+', 'name': null},
                           {'role': 'user', 'content': '1+1='},
                           {'role': 'assistant', 'content': '2', 'refusal': null},
                           {'role': 'user', 'content': '1+2='}]}
                        """);

        assertThat(choice(answer).getAsJsonObject("message").get("content").getAsString())
                .isEqualTo(
                        chat(
                                ChatMessage.system("+"),
                                ChatMessage.user("1+1="),
                                ChatMessage.assistant("2"),
                                ChatMessage.user("1+2=")));
    }

    /** Returns the answer of the adapter in a conversation. */
    private static String chat(ChatMessage... turns) throws IOException {
        GenerationOptions options = GenerationOptions.builder().optMaxNewTokens(TOKENS).build();
        try (AdaptedModel model = AdaptedModel.open(base);
                TextGenerator generator = TextGenerator.open(model)) {
            AdapterDirectory.load(model, "sums", adapters.resolve("sums"));
            return generator.chat(List.of(turns), options);
        }
    }

    @Test
    void aStreamHasThePiecesAndThenTheEnd() throws IOException {
        HttpResponse<String> response =
                server.send(
                        "/v1/chat/completions",
                        """
                        {'model': 'tiny:sums', 'max_tokens': 6, 'stream': true,
                         'stream_options': {'include_usage': true},
                         'messages': [{'role': 'user', 'content': '1+1='}]}
                        """);

        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        List<JsonObject> events = events(response.body());
        JsonObject counted = events.get(events.size() - 1);
        assertThat(counted.getAsJsonArray("choices")).isEmpty();
        assertThat(counted.getAsJsonObject("usage").get("completion_tokens").getAsInt())
                .isEqualTo(TOKENS);
        JsonObject last = choice(events.get(events.size() - 2));
        assertThat(last.get("finish_reason").getAsString()).isEqualTo("length");
        JsonObject first = choice(events.get(0)).getAsJsonObject("delta");
        assertThat(first.get("role").getAsString()).isEqualTo(ChatMessage.ASSISTANT);
        String text =
                events.subList(0, events.size() - 2).stream()
                        .map(event -> choice(event).getAsJsonObject("delta").get("content"))
                        .map(piece -> piece.getAsString())
                        .collect(Collectors.joining());
        assertThat(text).isEqualTo(chat(ChatMessage.user("1+1=")));
    }

    private static List<JsonObject> events(String stream) {
        assertThat(stream).startsWith("data: ").endsWith("data: [DONE]\n\n");
        return List.of(stream.split("\n\n")).stream()
                .map(event -> event.substring("data: ".length()))
                .filter(event -> !event.equals("[DONE]"))
                .map(event -> JsonParser.parseString(event).getAsJsonObject())
                .toList();
    }

    @Test
    void everyPromptOfAStreamHasItsIndex() throws IOException {
        List<JsonObject> events =
                events(
                        server.send(
                                        "/v1/completions",
                                        """
                                        {'model': 'tiny', 'prompt': ['1+1=', '2+3='],
                                         'max_tokens': 6, 'stream': true}
                                        """)
                                .body());

        List<String> texts =
                List.of(0, 1).stream()
                        .map(
                                index ->
                                        events.stream()
                                                .map(WrittenTextsTest::choice)
                                                .filter(c -> c.get("index").getAsInt() == index)
                                                .map(choice -> choice.get("text").getAsString())
                                                .collect(Collectors.joining()))
                        .toList();
        assertThat(texts).isEqualTo(expected(AdaptedModel.BASE, "1+1=", "2+3="));
    }

    @Test
    void textsAreDrawnAnewUnlessASeedIsGiven() throws IOException {
        String body = "{'model': 'tiny', 'prompt': '1', 'max_tokens': 30, 'temperature': 2%s}";

        List<String> seeded = texts(ask("/v1/completions", body.formatted(", 'seed': 3")));

        assertThat(texts(ask("/v1/completions", body.formatted(", 'seed': 3")))).isEqualTo(seeded);
        assertThat(texts(ask("/v1/completions", body.formatted("")))).isNotEqualTo(seeded);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'messages': []                               | 'messages' with a message",
                "'messages': ['a']                            | Message 1 is no object",
                "'messages': [{'role': 'user'}]               | Message 1 has no text 'content'",
                "'messages': [{'role': 'tool', 'content': 'a', 'tool_call_id': '1'}]"
                        + " | unknown field 'tool_call_id'",
                "'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}]"
                        + " | a part that is no text",
                "'messages': [{'role': ' ', 'content': 'a'}]  | Message 1 has an empty 'role'",
                "M, 'n': 2                                    | 'n' can only be 1 here",
                "M, 'tools': [{}]                             | 'tools' can only be []",
                "M, 'response_format': {'type': 'json_object'} | 'response_format' can only be",
                "M, 'temperature': -1                         | temperature must be positive",
                "M, 'temperature': '1'                        | 'temperature' is a number",
                "M, 'top_p': 2                                | Top-p must be",
                "M, 'seed': 1.5                               | 'seed' is a whole number",
                "M, 'max_tokens': 0                           | at least 1",
                "M, 'max_tokens': 61                          | at most 60",
                "M, 'stop': ['a', 'b', 'c', 'd', 'e']         | at most 4",
                "M, 'stop': [1]                               | a text or a list of at most 4",
                "M, 'stream_options': true                    | 'stream_options' is no object",
                "M, 'stream': 'yes'                           | 'stream' is true or false",
                "M, 'stream': true, 'stream_options': {'usage': true} | unknown field 'usage'",
                "M, 'max_tokens': 60                          | more than the 64",
                "M, 'max_tokens': 60, 'stream': true          | more than the 64",
                "M, 'top_k': 5                                | unknown field 'top_k'",
            })
    void whatCantBeHonouredIsRefused(String fields, String sentence) throws IOException {
        String message = "'messages': [{'role': 'user', 'content': '1+1='}]";

        HttpResponse<String> answer =
                server.send(
                        "/v1/chat/completions",
                        "{'model': 'tiny', %s}".formatted(fields.replace("M", message)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonObject error = RunningServer.json(answer).getAsJsonObject("error");
        assertThat(error.get("message").getAsString())
                .contains(sentence)
                .doesNotContain("Exception");
    }

    @Test
    void aLanguageModelPredictsNothing() throws IOException {
        HttpResponse<String> answer =
                server.send("/predict", "{'adapter': 'sums', 'inputs': ['a']}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("Adapter 'sums' writes texts; ask for these at");
    }

    /** Returns a request for two texts. */
    private static TextRequest request(TextRequest.Prompt prompt) {
        return new TextRequest(null, List.of(prompt, prompt), GenerationOptions.DEFAULT, TOKENS);
    }

    private static Predictions oneWorker(Consumer<Throwable> log) {
        return new Predictions(server.adapters, RunningServer.options().optWorkers(1).build(), log);
    }

    @Test
    void whoStillWaitsWhenTheServerEndsIsTold() throws Exception {
        TextRequest request = request(generator -> generator.tokens("1"));
        CountDownLatch grows = new CountDownLatch(1);
        List<CompletableFuture<?>> answers = new ArrayList<>();
        try (Predictions predictions = oneWorker(server.failures::add)) {
            answers.add(
                    predictions.submit(
                            request,
                            (index, piece) -> {
                                grows.countDown();
                                while (!Thread.interrupted()) {
                                    Thread.onSpinWait();
                                }
                                return true;
                            }));
            grows.await();
            answers.add(predictions.submit(request, (index, piece) -> true));
        }
        assertThat(answers)
                .allSatisfy(
                        answer ->
                                assertThatThrownBy(answer::join)
                                        .hasRootCauseMessage("The server is shutting down"));
    }

    @Test
    void aWorkerGoesOnAfterAnError() throws Exception {
        List<Throwable> log = new ArrayList<>();
        try (Predictions predictions = oneWorker(log::add)) {
            TextRequest failing =
                    request(
                            generator -> {
                                throw new StackOverflowError();
                            });
            assertThatThrownBy(predictions.submit(failing, (index, piece) -> true)::join)
                    .hasRootCauseMessage("The prediction failed; the log says why");
            TextRequest next = request(generator -> generator.tokens("1"));
            assertThat(predictions.submit(next, (index, piece) -> true).join()).hasSize(2);
        }
        assertThat(log).singleElement().isInstanceOf(StackOverflowError.class);
    }

    @Test
    void aTextEndsWhenItsClientHasGone() throws Exception {
        String body =
                "{\"model\": \"tiny\", \"prompt\": \"1\", \"stream\": true, \"max_tokens\": 60}";
        try (Socket client =
                new Socket(server.server.address().getHost(), server.server.address().getPort())) {
            client.setSoLinger(true, 0); // the connection is reset
            client.getOutputStream()
                    .write(
                            "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(body.length(), body)
                                    .getBytes(StandardCharsets.UTF_8));
            InputStream in = client.getInputStream();
            assertThat(in.read()).isEqualTo('H');
        }
        while (server.metric("adapters_requests_running") > 0) {
            Thread.onSpinWait();
        }
        assertThat(ask("/v1/completions", "{'model': 'tiny', 'prompt': '1', 'max_tokens': 2}"))
                .isNotNull();
    }
}
