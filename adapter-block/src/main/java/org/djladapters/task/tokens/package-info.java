/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Tagging the words of a text, which finds its entities. */
@Internal
package org.djladapters.task.tokens;

import org.djladapters.io.Internal;
