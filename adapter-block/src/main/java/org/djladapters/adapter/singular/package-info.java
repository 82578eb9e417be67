/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What the methods share that start from the singular vectors of a weight. */
@Internal
package org.djladapters.adapter.singular;

import org.djladapters.io.Internal;
