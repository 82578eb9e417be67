/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The options of methods and of training: what they are, their values, and how they are given. */
@Internal
package org.djladapters.option;

import org.djladapters.io.Internal;
