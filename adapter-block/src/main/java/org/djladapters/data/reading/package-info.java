/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tables of texts as files have them: TSV, CSV, JSON Lines and Parquet, and which columns hold
 * what. For this library, not for users.
 */
@Internal
package org.djladapters.data.reading;

import org.djladapters.io.Internal;
