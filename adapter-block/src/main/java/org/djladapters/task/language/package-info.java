/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Continuing prompts with causal language models. */
@Internal
package org.djladapters.task.language;

import org.djladapters.io.Internal;
