/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The head of an adapter or a model in files: its shape, and the names of its outputs. */
@Internal
package org.djladapters.checkpoint.head;

import org.djladapters.io.Internal;
