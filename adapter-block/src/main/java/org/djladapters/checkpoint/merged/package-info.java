/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Writes a model with adapters merged into its weights as a plain DJL model. */
@Internal
package org.djladapters.checkpoint.merged;

import org.djladapters.io.Internal;
