/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Files written whole or not at all, locks, temporary folders, digests, the error for a malformed
 * file, and calls of the C library.
 */
@Internal
package org.djladapters.io;
