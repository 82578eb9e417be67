/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Files written whole or not at all, and the word for files that can't be believed. */
package org.djladapters.io;
