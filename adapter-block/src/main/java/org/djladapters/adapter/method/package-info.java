/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The description of a method to the rest of the program. */
@Internal
package org.djladapters.adapter.method;

import org.djladapters.io.Internal;
