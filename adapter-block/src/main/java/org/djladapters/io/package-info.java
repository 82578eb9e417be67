/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Files written whole or not at all, locks, temporary folders, digests, and the error for a
 * malformed file.
 */
@Internal
package org.djladapters.io;
