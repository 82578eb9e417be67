/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** PSOFT: a rotation between the singular vectors of the weight. */
package org.djladapters.adapter.psoft;
