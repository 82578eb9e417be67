/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.List;

/** Writes conversations as a model knows them. */
@FunctionalInterface
public interface ChatFormat {

    /**
     * Writes a conversation.
     *
     * @param messages its turns
     * @param addGenerationPrompt whether the text ends with what begins an answer
     * @return the text with its special tokens
     * @throws IllegalArgumentException if the model can't have such a conversation
     */
    String render(List<ChatMessage> messages, boolean addGenerationPrompt);
}
