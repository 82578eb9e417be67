/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the methods share that draw random numbers as PyTorch does. */
@Internal
package org.djladapters.adapter.random;

import org.djladapters.io.Internal;
