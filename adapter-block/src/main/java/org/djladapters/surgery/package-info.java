/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Base models with sockets: the places in a frozen model where transforms are applied.
 *
 * <p>A {@link org.djladapters.surgery.BaseModel} is a TorchScript export, whose program is edited,
 * or a network of native Blocks, whose weights are read through a parameter store.
 */
@Internal
package org.djladapters.surgery;

import org.djladapters.io.Internal;
