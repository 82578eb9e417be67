/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What LoHa and LoKr share, the methods of the LyCORIS project. */
@Internal
package org.djladapters.adapter.lycoris;

import org.djladapters.io.Internal;
