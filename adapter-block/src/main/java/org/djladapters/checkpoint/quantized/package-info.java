/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Brings the linear layers and embeddings of exported models to int8. */
@Internal
package org.djladapters.checkpoint.quantized;

import org.djladapters.io.Internal;
