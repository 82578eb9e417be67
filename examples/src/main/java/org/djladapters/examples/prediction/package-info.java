/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Predictions from texts as JSON: what a task takes, and how its predictions are named. The command
 * line and the server share it.
 */
package org.djladapters.examples.prediction;
