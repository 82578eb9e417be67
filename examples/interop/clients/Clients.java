/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;

/**
 * Asks a server (the command serve) with the OpenAI clients of LangChain4j and Spring AI.
 *
 * <pre>java -cp "clients/target/lib/*" clients/Clients.java URL vectors|chats MODEL</pre>
 *
 * Vectors must be those of the other client; chats whole and in pieces must be the same.
 */
public final class Clients {

    private static final String TEXT = "Where is my parcel?";
    private static final String KEY = "none";
    private static final int TOKENS = 20;

    private Clients() {}

    /** Runs the check for the arguments URL, {@code vectors} or {@code chats}, and MODEL. */
    public static void main(String[] args) throws Exception {
        String url = args[0] + "/v1";
        String model = args[2];
        if (args[1].equals("vectors")) {
            vectors(url, model);
        } else {
            chats(url, model);
        }
        String refused = refusal(url, model + "-that-is-not-there");
        require(refused.contains("There is no "), refused);
        System.out.println("An unknown model: " + refused);
    }

    private static void vectors(String url, String model) {
        var langChain =
                OpenAiEmbeddingModel.builder().baseUrl(url).apiKey(KEY).modelName(model).build();
        float[] one = langChain.embed(TEXT).content().vector();
        EmbeddingModel spring =
                org.springframework.ai.openai.OpenAiEmbeddingModel.builder()
                        .options(
                                OpenAiEmbeddingOptions.builder()
                                        .baseUrl(url)
                                        .apiKey(KEY)
                                        .model(model)
                                        .build())
                        .build();
        float[] other = spring.embed(List.of(TEXT)).get(0);
        double distance = 0;
        for (int i = 0; i < one.length; i++) {
            distance = Math.max(distance, Math.abs(one[i] - other[i]));
        }
        require(one.length == other.length && distance < 1e-5, "The vectors differ: " + distance);
        System.out.println(
                "Vectors of %d dimensions; the clients' differ by %.1e"
                        .formatted(one.length, distance));
    }

    private static void chats(String url, String model) throws Exception {
        ChatResponse whole =
                OpenAiChatModel.builder()
                        .baseUrl(url)
                        .apiKey(KEY)
                        .modelName(model)
                        .temperature(0.0)
                        .maxTokens(TOKENS)
                        .build()
                        .chat(dev.langchain4j.data.message.UserMessage.from(TEXT));
        String text = whole.aiMessage().text();
        System.out.println(
                "LangChain4j: %s (%s)".formatted(text, whole.metadata().tokenUsage()));
        require(streamed(url, model).equals(text), "The pieces of LangChain4j are another text");

        ChatModel spring =
                org.springframework.ai.openai.OpenAiChatModel.builder()
                        .options(
                                OpenAiChatOptions.builder()
                                        .baseUrl(url)
                                        .apiKey(KEY)
                                        .model(model)
                                        .temperature(0.0)
                                        .maxTokens(TOKENS)
                                        .build())
                        .build();
        require(spring.call(TEXT).equals(text), "Spring AI's answer is another text");
        String pieces =
                String.join(
                        "",
                        spring.stream(new Prompt(TEXT))
                                .mapNotNull(r -> r.getResult())
                                .mapNotNull(result -> result.getOutput().getText())
                                .collectList()
                                .block());
        require(pieces.equals(text), "The pieces of Spring AI are another text: " + pieces);
        System.out.println("Both clients get the same text, whole and in pieces");
    }

    private static String streamed(String url, String model) throws Exception {
        StringBuilder text = new StringBuilder();
        CompletableFuture<ChatResponse> end = new CompletableFuture<>();
        OpenAiStreamingChatModel.builder()
                .baseUrl(url)
                .apiKey(KEY)
                .modelName(model)
                .temperature(0.0)
                .maxTokens(TOKENS)
                .build()
                .chat(
                        TEXT,
                        new StreamingChatResponseHandler() {
                            @Override
                            public void onPartialResponse(String piece) {
                                text.append(piece);
                            }

                            @Override
                            public void onCompleteResponse(ChatResponse response) {
                                end.complete(response);
                            }

                            @Override
                            public void onError(Throwable error) {
                                end.completeExceptionally(error);
                            }
                        });
        end.get(2, TimeUnit.MINUTES);
        return text.toString();
    }

    private static String refusal(String url, String model) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/embeddings"))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"model\": \"%s\", \"input\": \"a\"}".formatted(model)))
                        .build();
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        require(response.statusCode() == 404, "The status is " + response.statusCode());
        return response.body().strip();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
