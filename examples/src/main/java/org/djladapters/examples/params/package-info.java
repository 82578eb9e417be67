/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What well-known models consist of, and the numbers of parameters that papers print. */
package org.djladapters.examples.params;
