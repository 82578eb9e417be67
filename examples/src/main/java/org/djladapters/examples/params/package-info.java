/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The shapes of well-known models, and the numbers of parameters that papers print. */
package org.djladapters.examples.params;
