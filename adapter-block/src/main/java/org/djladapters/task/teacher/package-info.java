/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Distillation: what a model says of the training data, from which another one learns. */
@Internal
package org.djladapters.task.teacher;

import org.djladapters.io.Internal;
