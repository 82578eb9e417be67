/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.data.ChatMessage;
import org.djladapters.generation.GeneratedText;
import org.djladapters.generation.GenerationOptions;
import org.djladapters.io.JsonFields;

/**
 * OpenAI's {@code POST /v1/chat/completions} and {@code POST /v1/completions}. The likeliest token
 * is taken unless there is a {@code temperature} or {@code top_p}. What can't be honoured is
 * refused.
 */
final class OpenAiTexts {

    private static final String MODEL = "model";
    private static final String MESSAGES = "messages";
    private static final String PROMPT = "prompt";
    private static final String ROLE = "role";
    private static final String DEVELOPER = "developer";
    private static final String CONTENT = "content";
    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String TEMPERATURE = "temperature";
    private static final String TOP_P = "top_p";
    private static final String STOP = "stop";
    private static final String SEED = "seed";
    private static final String STREAM = "stream";
    private static final String STREAM_OPTIONS = "stream_options";
    private static final String INCLUDE_USAGE = "include_usage";
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_COMPLETION_TOKENS = "max_completion_tokens";
    private static final String INDEX = "index";
    private static final String CHUNK = "chat.completion.chunk";

    /** OpenAI takes as many texts to stop at. */
    private static final int MOST_STOPS = 4;

    /** Fields that can only have one value, which changes nothing. */
    private static final Map<String, JsonElement> ONLY =
            Map.ofEntries(
                    only("n", "1"),
                    only("logprobs", "false"),
                    only("logit_bias", "{}"),
                    only("frequency_penalty", "0"),
                    only("presence_penalty", "0"));

    private static final Map<String, JsonElement> ONLY_OF_CHATS =
            Map.ofEntries(
                    only("store", "false"),
                    only("service_tier", "'auto'"),
                    only("tools", "[]"),
                    only("tool_choice", "'none'"),
                    only("modalities", "['text']"),
                    only("response_format", "{'type': 'text'}"));

    private static final Map<String, JsonElement> ONLY_OF_COMPLETIONS =
            Map.ofEntries(only("best_of", "1"), only("echo", "false"));

    private static final Set<String> OF_CHATS =
            fields(ONLY_OF_CHATS, MESSAGES, MAX_COMPLETION_TOKENS);

    private static final Set<String> OF_COMPLETIONS = fields(ONLY_OF_COMPLETIONS, PROMPT);

    private final String model;
    private final boolean chat;
    private final String id;
    private final long created = Instant.now().getEpochSecond();

    private OpenAiTexts(String model, boolean chat) {
        this.model = model;
        this.chat = chat;
        id =
                "%s-%016x"
                        .formatted(
                                chat ? "chatcmpl" : "cmpl", ThreadLocalRandom.current().nextLong());
    }

    private static Map.Entry<String, JsonElement> only(String name, String value) {
        return Map.entry(name, JsonParser.parseString(value));
    }

    private static Set<String> fields(Map<String, JsonElement> only, String... own) {
        Set<String> ofBoth =
                Set.of(
                        MODEL,
                        TEMPERATURE,
                        TOP_P,
                        STOP,
                        SEED,
                        STREAM,
                        STREAM_OPTIONS,
                        MAX_TOKENS,
                        "user",
                        "safety_identifier",
                        "prompt_cache_key",
                        "metadata");
        return Stream.of(ofBoth, ONLY.keySet(), only.keySet(), Set.of(own))
                .flatMap(Set::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Reads a request for the answer in a conversation. */
    static Asked chat(byte[] body, ModelNames names, int maxNewTokens) throws Refusal {
        JsonObject json = Fields.object(body, OF_CHATS);
        List<ChatMessage> messages = messages(json.get(MESSAGES));
        return asked(
                json, true, names, maxNewTokens, List.of(generator -> generator.tokens(messages)));
    }

    /** Reads a request for what comes after prompts. */
    static Asked completions(byte[] body, ModelNames names, int maxInputs, int maxNewTokens)
            throws Refusal {
        JsonObject json = Fields.object(body, OF_COMPLETIONS);
        List<TextRequest.Prompt> prompts =
                Fields.rows(json.get(PROMPT), PROMPT, Optional.empty(), maxInputs).stream()
                        .<TextRequest.Prompt>map(row -> generator -> generator.tokens(row.text()))
                        .toList();
        return asked(json, false, names, maxNewTokens, prompts);
    }

    private static Asked asked(
            JsonObject json,
            boolean chat,
            ModelNames names,
            int maxNewTokens,
            List<TextRequest.Prompt> prompts)
            throws Refusal {
        requireOnly(json, ONLY);
        requireOnly(json, chat ? ONLY_OF_CHATS : ONLY_OF_COMPLETIONS);
        String model = Fields.text(json, MODEL);
        TextRequest request =
                new TextRequest(
                        names.adapter(model), prompts, options(json, maxNewTokens), maxNewTokens);
        return new Asked.Texts(request, new OpenAiTexts(model, chat), stream(json));
    }

    private static void requireOnly(JsonObject json, Map<String, JsonElement> values)
            throws Refusal {
        for (Map.Entry<String, JsonElement> only : values.entrySet()) {
            Fields.require(json, only.getKey(), only.getValue());
        }
    }

    private static List<ChatMessage> messages(JsonElement json) throws Refusal {
        if (!(json instanceof JsonArray list) || list.isEmpty()) {
            throw Refusal.badRequest("The request has no list 'messages' with a message");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonElement element : list) {
            String where = "Message " + (messages.size() + 1);
            if (!(element instanceof JsonObject message)) {
                throw Refusal.badRequest(where + " is no object with 'role' and 'content'");
            }
            Fields.dropNulls(message);
            Fields.requireKnown(message, Set.of(ROLE, CONTENT), where);
            String role = Fields.text(message, ROLE, where);
            if (role.isBlank()) {
                throw Refusal.badRequest(where + " has an empty 'role'");
            }
            // the newer name, which templates do not know
            role = role.equals(DEVELOPER) ? ChatMessage.SYSTEM : role;
            messages.add(new ChatMessage(role, content(message.get(CONTENT), where)));
        }
        return messages;
    }

    /** Reads a text, or the texts of a list of parts, which follow each other. */
    private static String content(JsonElement content, String where) throws Refusal {
        if (!(content instanceof JsonArray parts)) {
            return Fields.text(content, CONTENT, where);
        }
        StringBuilder text = new StringBuilder();
        for (JsonElement part : parts) {
            if (!(part instanceof JsonObject object)
                    || !new JsonPrimitive(TEXT).equals(object.get(TYPE))) {
                throw Refusal.badRequest(
                        where + " has a part that is no text; only texts are taken");
            }
            text.append(Fields.text(object, TEXT, where));
        }
        return text.toString();
    }

    private static Optional<Boolean> stream(JsonObject json) throws Refusal {
        boolean stream = Fields.flag(json, STREAM).orElse(false);
        boolean usage = false;
        if (json.has(STREAM_OPTIONS)) {
            if (!(json.get(STREAM_OPTIONS) instanceof JsonObject options)) {
                throw Refusal.badRequest("'stream_options' is no object");
            }
            Fields.dropNulls(options);
            Fields.requireKnown(options, Set.of(INCLUDE_USAGE), "'stream_options'");
            usage = Fields.flag(options, INCLUDE_USAGE).orElse(false);
        }
        return stream ? Optional.of(usage) : Optional.empty();
    }

    private static GenerationOptions options(JsonObject json, int maxNewTokens) throws Refusal {
        GenerationOptions.Builder options = GenerationOptions.builder();
        Optional<Integer> tokens = Fields.positive(json, MAX_COMPLETION_TOKENS);
        if (tokens.isEmpty()) {
            tokens = Fields.positive(json, MAX_TOKENS);
        }
        if (tokens.orElse(1) > maxNewTokens) {
            throw Refusal.badRequest(
                    "The request asks for %d new tokens, but this server writes at most %d"
                            .formatted(tokens.get(), maxNewTokens));
        }
        tokens.ifPresent(options::optMaxNewTokens);
        Optional<Double> topP = Fields.number(json, TOP_P).filter(p -> p != 1);
        double temperature = Fields.number(json, TEMPERATURE).orElse(topP.isPresent() ? 1.0 : 0.0);
        if (temperature != 0) {
            options.optTemperature(temperature);
            topP.ifPresent(options::optTopP);
        }
        long seed =
                Fields.wholeNumber(json, SEED)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong());
        options.optSeed(seed).optStop(stops(json.get(STOP)));
        try {
            return options.build();
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(e.getMessage());
        }
    }

    private static String[] stops(JsonElement stop) throws Refusal {
        if (stop == null) {
            return new String[0];
        }
        List<JsonElement> all = stop instanceof JsonArray list ? list.asList() : List.of(stop);
        if (all.size() > MOST_STOPS || !all.stream().allMatch(JsonFields::isText)) {
            throw Refusal.badRequest(
                    "'stop' is a text or a list of at most %d texts".formatted(MOST_STOPS));
        }
        return all.stream().map(JsonElement::getAsString).toArray(String[]::new);
    }

    /** Returns the answer as a whole. */
    JsonObject whole(List<GeneratedText> texts) {
        JsonArray choices = new JsonArray();
        for (GeneratedText text : texts) {
            JsonObject choice = new JsonObject();
            choice.addProperty(INDEX, choices.size());
            if (chat) {
                JsonObject message = new JsonObject();
                message.addProperty(ROLE, ChatMessage.ASSISTANT);
                message.addProperty(CONTENT, text.text());
                choice.add("message", message);
            } else {
                choice.addProperty(TEXT, text.text());
            }
            choices.add(ended(choice, text.ending()));
        }
        JsonObject json = json("chat.completion", choices);
        json.add("usage", usage(texts));
        return json;
    }

    /** Returns the first event of a stream, before the first piece; empty if there is none. */
    Optional<JsonObject> first() {
        if (!chat) {
            return Optional.empty();
        }
        JsonObject delta = new JsonObject();
        delta.addProperty(ROLE, ChatMessage.ASSISTANT);
        delta.addProperty(CONTENT, "");
        return Optional.of(event(choice(0, delta)));
    }

    /** Returns the event of a piece of a text. */
    JsonObject piece(int index, String piece) {
        if (!chat) {
            return event(choice(index, new JsonPrimitive(piece)));
        }
        JsonObject delta = new JsonObject();
        delta.addProperty(CONTENT, piece);
        return event(choice(index, delta));
    }

    /**
     * Returns the events that end texts.
     *
     * @param counted whether the last one has the numbers of tokens
     */
    List<JsonObject> ends(List<GeneratedText> texts, boolean counted) {
        List<JsonObject> events = new ArrayList<>();
        for (GeneratedText text : texts) {
            JsonElement nothing = chat ? new JsonObject() : new JsonPrimitive("");
            events.add(event(ended(choice(events.size(), nothing), text.ending())));
        }
        if (counted) {
            JsonObject last = json(CHUNK, new JsonArray());
            last.add("usage", usage(texts));
            events.add(last);
        }
        return events;
    }

    private JsonObject choice(int index, JsonElement added) {
        JsonObject choice = new JsonObject();
        choice.addProperty(INDEX, index);
        choice.add(chat ? "delta" : TEXT, added);
        choice.add("logprobs", JsonNull.INSTANCE);
        choice.add("finish_reason", JsonNull.INSTANCE);
        return choice;
    }

    private static JsonObject ended(JsonObject choice, String ending) {
        choice.add("logprobs", JsonNull.INSTANCE);
        choice.addProperty("finish_reason", ending.equals("length") ? "length" : "stop");
        return choice;
    }

    private JsonObject event(JsonObject choice) {
        JsonArray choices = new JsonArray();
        choices.add(choice);
        return json(CHUNK, choices);
    }

    private JsonObject json(String ofChats, JsonArray choices) {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        json.addProperty("object", chat ? ofChats : "text_completion");
        json.addProperty("created", created);
        json.addProperty(MODEL, model);
        json.add("choices", choices);
        return json;
    }

    private static JsonObject usage(List<GeneratedText> texts) {
        int prompts = texts.stream().mapToInt(GeneratedText::promptTokens).sum();
        int added = texts.stream().mapToInt(GeneratedText::newTokens).sum();
        JsonObject usage = new JsonObject();
        usage.addProperty("prompt_tokens", prompts);
        usage.addProperty("completion_tokens", added);
        usage.addProperty("total_tokens", prompts + added);
        return usage;
    }
}
