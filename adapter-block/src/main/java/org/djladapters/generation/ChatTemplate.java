/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.djladapters.data.ChatMessage;
import org.djladapters.hub.ModelDirectory;

public final class ChatTemplate {
    private ChatTemplate() {}

    static Optional<ChatTemplate> find(ModelDirectory model) throws IOException {
        return Optional.empty();
    }

    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return "";
    }
}
