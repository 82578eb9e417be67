/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Generates text with causal language models: {@link org.djladapters.generation.TextGenerator}
 * continues prompts.
 */
package org.djladapters.generation;
