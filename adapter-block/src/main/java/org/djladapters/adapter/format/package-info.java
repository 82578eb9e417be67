/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** How adapters lie in files: what the checkpoint formats of all methods share. */
@Internal
package org.djladapters.adapter.format;

import org.djladapters.io.Internal;
