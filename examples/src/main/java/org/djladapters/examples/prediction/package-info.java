/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Predictions from texts as JSON, for the command line and the server. */
package org.djladapters.examples.prediction;
