/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * How methods spend a number of trainable parameters: which layers they adapt, with which options.
 */
@Internal
package org.djladapters.adapter.budget;

import org.djladapters.io.Internal;
