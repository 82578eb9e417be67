/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What an adapter directory says of a head: its shape, and the names of its outputs. */
@Internal
package org.djladapters.checkpoint.head;

import org.djladapters.io.Internal;
