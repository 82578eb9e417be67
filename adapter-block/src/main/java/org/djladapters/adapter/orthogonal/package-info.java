/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What the methods share that are made of orthogonal matrices. */
@Internal
package org.djladapters.adapter.orthogonal;

import org.djladapters.io.Internal;
