/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Losses and measurements of embeddings. */
@Internal
package org.djladapters.task.kind.embedding;

import org.djladapters.io.Internal;
