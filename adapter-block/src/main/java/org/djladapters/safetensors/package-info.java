/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reads and writes the safetensors format: {@link org.djladapters.safetensors.SafetensorsFile}
 * checks a header before it believes it, and writes files whole or not at all.
 */
@Internal
package org.djladapters.safetensors;

import org.djladapters.io.Internal;
