/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.ChatMessage;
import org.djladapters.generation.template.JinjavaTemplate;
import org.djladapters.generation.template.TemplateException;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;

/**
 * The chat template of a model's tokenizer, which writes a conversation as one text.
 *
 * <p>It is the file {@code chat_template.jinja}, or the entry {@code chat_template} of {@code
 * tokenizer_config.json} (a text, or a list of named ones, of which {@code default} is taken), or
 * that of {@code chat_template.json}. Such templates are programs in the language Jinja. They are
 * rendered by Jinjava, an optional dependency (com.hubspot.jinjava:jinjava), exactly as
 * transformers renders them; one that uses what is not supported is refused by name. A template
 * can't reach anything of Java, and neither compute without end nor fill the memory.
 */
public final class ChatTemplate {

    private static final String JINJA_FILE = "chat_template.jinja";
    private static final String JSON_FILE = "chat_template.json";
    private static final String TOKENIZER_FILE = "tokenizer_config.json";
    private static final String KEY = "chat_template";
    private static final String CONTENT = "content";

    private final String file;
    private final String source;
    private final Map<String, Object> specialTokens;
    private Renderer renderer;

    private ChatTemplate(String file, String source, Map<String, Object> specialTokens) {
        this.file = file;
        this.source = source;
        this.specialTokens = specialTokens;
    }

    /**
     * Finds the chat template of a model.
     *
     * @param model the directory of the model
     * @return the template, if there is one
     * @throws IOException if a file is malformed
     */
    public static Optional<ChatTemplate> find(ModelDirectory model) throws IOException {
        JsonFields tokenizer = model.fields(TOKENIZER_FILE);
        Optional<Path> file = model.file(JINJA_FILE);
        if (file.isPresent()) {
            String source = read(file.get());
            return Optional.of(new ChatTemplate(file.get().toString(), source, tokens(tokenizer)));
        }
        JsonFields from = tokenizer.has(KEY) ? tokenizer : model.fields(JSON_FILE);
        return source(from).map(text -> new ChatTemplate(from.source(), text, tokens(tokenizer)));
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > JsonFiles.LARGEST) {
            throw new IOException("'%s' is too large for a chat template".formatted(file));
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new IOException("'%s' is not text in UTF-8".formatted(file), e);
        }
    }

    /** Returns the template, or of several the one that is named default. */
    private static Optional<String> source(JsonFields fields) throws IOException {
        if (!fields.has(KEY) || fields.text(KEY).isPresent()) {
            return fields.text(KEY);
        }
        for (JsonElement element :
                fields.isList(KEY) ? fields.elements(KEY) : List.<JsonElement>of()) {
            if (element instanceof JsonObject object) {
                JsonFields named = new JsonFields(fields.source(), object);
                if (named.text("name").equals(Optional.of("default"))
                        && named.text("template").isPresent()) {
                    return named.text("template");
                }
            }
        }
        throw new IOException(
                "'%s': %s is neither a text nor a list of named ones with a default one"
                        .formatted(fields.source(), KEY));
    }

    /** Returns the special tokens that templates know by name: bos_token, eos_token and others. */
    private static Map<String, Object> tokens(JsonFields tokenizer) {
        Map<String, Object> tokens = new HashMap<>();
        for (String name : tokenizer.json().keySet()) {
            if (name.endsWith("_token")) {
                tokenizer
                        .text(name)
                        .or(() -> tokenizer.within(name).text(CONTENT))
                        .ifPresent(token -> tokens.put(name, token));
            }
        }
        return tokens;
    }

    /**
     * Writes a conversation as the model knows it. The text has the special tokens that it needs;
     * the tokenizer adds none.
     *
     * @param messages the turns, at least one
     * @param addGenerationPrompt whether the text ends with what begins an answer of the model
     * @return the text
     * @throws IllegalArgumentException if there are no messages, or the template refuses them or
     *     uses what is not supported; the message says why
     * @throws IllegalStateException if Jinjava is not there
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("A conversation needs at least one message");
        }
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", messages.stream().map(ChatTemplate::map).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put("tools", null);
        variables.put("documents", null);
        try {
            return renderer().template.render(variables);
        } catch (TemplateException e) {
            throw new IllegalArgumentException(
                    "The chat template of '%s' %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Map<String, Object> map(ChatMessage message) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", message.role());
        map.put(CONTENT, message.content());
        return map;
    }

    private synchronized Renderer renderer() {
        if (renderer == null) {
            try {
                renderer = new Renderer(source);
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException(
                        "Chat templates need Jinjava; add com.hubspot.jinjava:jinjava to your"
                                + " dependencies, or give prompts that need no template",
                        e);
            }
        }
        return renderer;
    }

    /** Loaded with the first conversation, for those who have no Jinjava. */
    private static final class Renderer {

        private final JinjavaTemplate template;

        Renderer(String source) {
            template = new JinjavaTemplate(source);
        }
    }
}
