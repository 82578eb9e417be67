/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.djladapters.data.ChatMessage;
import org.djladapters.generation.ChatTemplate;
import org.djladapters.hub.LogitScore;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.program.CompanionFiles;
import org.djladapters.io.JsonFields;

/**
 * What a language model reads of a query and a passage to judge them: both as the chat template of
 * the model writes turns of these roles, or else as the authors of Qwen3-Reranker do.
 */
final class JudgePrompt {

    private static final String QWEN =
            """
            <|im_start|>system
            Judge whether the Document meets the requirements based on the Query and the Instruct \
            provided. Note that the answer can only be "yes" or "no".<|im_end|>
            <|im_start|>user
            <Instruct>: %s
            <Query>: %s
            <Document>: %s<|im_end|>
            <|im_start|>assistant
            <think>

            </think>

            """;

    private static final String INSTRUCTION =
            "Given a web search query, retrieve relevant passages that answer the query";

    private JudgePrompt() {}

    /** Returns what makes a text of a query and a passage; empty for models that read pairs. */
    static Optional<BinaryOperator<String>> of(ModelDirectory model) throws IOException {
        if (LogitScore.of(model).isEmpty()) {
            return Optional.empty();
        }
        JsonFields files = model.fields(CompanionFiles.PROMPTS);
        Optional<String> name = files.string("default_prompt_name");
        Optional<String> told =
                name.isPresent()
                        ? Optional.of(SentenceSettings.prompt(model, name.get()))
                        : Optional.empty();
        Optional<ChatTemplate> template = ChatTemplate.find(model);
        if (template.isPresent() && carriesBoth(template.get(), told)) {
            return Optional.of((query, text) -> rendered(template.get(), told, query, text));
        }
        if (!model.modelType().orElse("").startsWith("qwen")) {
            throw new IOException(
                    ("%s: the model judges pairs, but its chat template has no turns of the roles"
                                    + " query and document; add them to chat_template.jinja")
                            .formatted(model.path()));
        }
        return Optional.of((query, text) -> QWEN.formatted(told.orElse(INSTRUCTION), query, text));
    }

    /** Tells whether a template writes both texts: templates of chats leave out other roles. */
    private static boolean carriesBoth(ChatTemplate template, Optional<String> told) {
        try {
            String text = rendered(template, told, "x1y", "x2y");
            return text.contains("x1y") && text.contains("x2y");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String rendered(
            ChatTemplate template, Optional<String> told, String query, String text) {
        List<ChatMessage> turns = new ArrayList<>();
        told.ifPresent(prompt -> turns.add(ChatMessage.system(prompt)));
        turns.add(new ChatMessage("query", query));
        turns.add(new ChatMessage("document", text));
        return template.render(turns, false);
    }
}
