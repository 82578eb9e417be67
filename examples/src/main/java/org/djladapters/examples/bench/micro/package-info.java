/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** JMH benchmarks of rotations: what building them and applying them takes. */
package org.djladapters.examples.bench.micro;
