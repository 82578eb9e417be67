/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Work on a cluster of machines: by pieces, or by processes that train one adapter together. */
package org.djladapters.examples.cluster;
