/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** C3A: a matrix of circulant blocks beside the weight. */
package org.djladapters.adapter.c3a;
