/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The passes of an adapted model: predictions, rows with adapters of their own, training. */
@Internal
package org.djladapters.model.pass;

import org.djladapters.io.Internal;
