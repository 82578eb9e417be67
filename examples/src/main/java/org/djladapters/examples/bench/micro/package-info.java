/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** JMH benchmarks of building and applying rotations. */
package org.djladapters.examples.bench.micro;
