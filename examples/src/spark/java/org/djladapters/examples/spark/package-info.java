/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Work on a cluster of Apache Spark; built with the profile {@code spark} only. */
package org.djladapters.examples.spark;
