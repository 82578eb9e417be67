/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What the library itself does with an adapted model beyond its public face. */
@Internal
package org.djladapters.model.access;

import org.djladapters.io.Internal;
