/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** A search with LangChain4j that an adapter makes better. */
package org.djladapters.examples.search;
