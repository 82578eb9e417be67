/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Vectors of texts: losses, pooling and measurements by search or similarity. */
@Internal
package org.djladapters.task.embedding;

import org.djladapters.io.Internal;
