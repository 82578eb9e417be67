/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** An adapter that improves a search with LangChain4j. */
package org.djladapters.examples.search;
