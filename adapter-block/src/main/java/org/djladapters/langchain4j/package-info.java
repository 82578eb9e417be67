/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters in LangChain4j: {@link org.djladapters.langchain4j.Langchain4jEmbeddingModel} gives
 * vectors of texts, {@link org.djladapters.langchain4j.Langchain4jScoringModel} scores passages for
 * a query.
 *
 * <p>Needs {@code dev.langchain4j:langchain4j-core}, which this library does not bring along.
 */
package org.djladapters.langchain4j;
