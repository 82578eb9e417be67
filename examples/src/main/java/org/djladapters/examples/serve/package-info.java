/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * A small HTTP server for many adapters of one base model, on the JDK's own server; and a load test
 * of it. A folder of adapters is watched: what comes, changes or goes there is loaded, replaced or
 * unloaded while requests are answered.
 */
package org.djladapters.examples.serve;
