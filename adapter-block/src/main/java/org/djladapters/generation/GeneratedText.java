/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import org.djladapters.io.Internal;

/**
 * A text with how it came to its end.
 *
 * @param text what the model added to a prompt
 * @param promptTokens the number of tokens of the prompt
 * @param newTokens the number of tokens that were added, without an end token
 * @param ending {@code end_token}, {@code stop} or {@code length}
 */
@Internal
public record GeneratedText(String text, int promptTokens, int newTokens, String ending) {}
