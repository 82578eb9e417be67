/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The kinds of tasks: how examples become batches, the heads, the loss, and how a model is
 * measured.
 */
@Internal
package org.djladapters.task.kind;

import org.djladapters.io.Internal;
