/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What the methods share that add a matrix of any rank to weights. */
@Internal
package org.djladapters.adapter.dense;

import org.djladapters.io.Internal;
