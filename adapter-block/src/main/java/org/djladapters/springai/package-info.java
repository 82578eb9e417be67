/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters in Spring AI: {@link org.djladapters.springai.SpringAiEmbeddingModel} gives vectors of
 * texts and documents.
 *
 * <p>Needs {@code org.springframework.ai:spring-ai-model}, which this library does not bring along.
 */
package org.djladapters.springai;
