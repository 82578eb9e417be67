/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * A small HTTP server for many adapters of one base model, and a load test of it. It watches a
 * folder of adapters, and loads, replaces or unloads them while it answers requests.
 */
package org.djladapters.examples.serve;
