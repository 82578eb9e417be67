/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Texts as token ids, images as pixels, as the model expects them; the order of batches. */
@Internal
package org.djladapters.data.encoding;

import org.djladapters.io.Internal;
