/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.List;

/** The text form of conversations that a model was trained on. */
@FunctionalInterface
public interface ChatFormat {

    /**
     * Writes a conversation.
     *
     * @param messages its turns
     * @param addGenerationPrompt whether the text ends with the beginning of an answer
     * @return the text with its special tokens
     * @throws IllegalArgumentException if the model's format does not allow such a conversation
     */
    String render(List<ChatMessage> messages, boolean addGenerationPrompt);
}
