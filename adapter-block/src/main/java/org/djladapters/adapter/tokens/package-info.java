/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Trainable tokens: some rows of an embedding train. */
package org.djladapters.adapter.tokens;
