/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Scoring how relevant a passage is to a query, read as a pair. */
@Internal
package org.djladapters.task.reranking;

import org.djladapters.io.Internal;
