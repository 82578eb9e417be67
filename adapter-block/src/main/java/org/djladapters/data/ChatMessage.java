/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * A turn of a conversation.
 *
 * @param role who speaks: {@value #SYSTEM}, {@value #USER} or {@value #ASSISTANT}, or another one
 *     that the model's chat template knows
 * @param content the text
 */
public record ChatMessage(String role, String content) {

    /** The role of instructions on how to answer. */
    public static final String SYSTEM = "system";

    /** The role of the user. */
    public static final String USER = "user";

    /** The role of the model. */
    public static final String ASSISTANT = "assistant";

    /** Checks that both are there. */
    public ChatMessage {
        if (role == null || role.isBlank() || content == null) {
            throw new IllegalArgumentException(
                    "A message of a conversation needs a role and a content, got role %s and %s"
                            .formatted(role, content == null ? "no content" : "a content"));
        }
    }

    /** Returns roles and contents of turns, one after the other. */
    static Stream<String> cells(List<ChatMessage> turns) {
        return turns.stream().flatMap(turn -> Stream.of(turn.role(), turn.content()));
    }

    /**
     * Creates instructions on how to answer.
     *
     * @param content the text
     * @return the message
     */
    public static ChatMessage system(String content) {
        return new ChatMessage(SYSTEM, content);
    }

    /**
     * Creates a question or request.
     *
     * @param content the text
     * @return the message
     */
    public static ChatMessage user(String content) {
        return new ChatMessage(USER, content);
    }

    /**
     * Creates an answer of the model.
     *
     * @param content the text
     * @return the message
     */
    public static ChatMessage assistant(String content) {
        return new ChatMessage(ASSISTANT, content);
    }
}
