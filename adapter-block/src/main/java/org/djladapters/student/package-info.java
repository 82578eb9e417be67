/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Static students: {@link org.djladapters.student.StaticEmbedder} gives texts vectors from a table,
 * in Java alone.
 */
package org.djladapters.student;
