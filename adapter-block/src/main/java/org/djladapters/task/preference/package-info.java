/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Learning from pairs of responses which one is preferred, with the base model as reference. */
@Internal
package org.djladapters.task.preference;

import org.djladapters.io.Internal;
