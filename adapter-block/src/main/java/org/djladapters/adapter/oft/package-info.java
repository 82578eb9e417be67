/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** OFT: orthogonal blocks that rotate a layer's inputs. */
package org.djladapters.adapter.oft;
