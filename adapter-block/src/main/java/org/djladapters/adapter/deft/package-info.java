/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** DEFT: directions of the outputs are taken away and trained anew. */
package org.djladapters.adapter.deft;
