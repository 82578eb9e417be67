/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The learning of static students: tables of token vectors that agree with a teacher. */
@Internal
package org.djladapters.task.student;

import org.djladapters.io.Internal;
