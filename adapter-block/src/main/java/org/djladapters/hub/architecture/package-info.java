/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Families of models. Each is a class with a program, a readable TorchScript text beside it: the
 * class says what is known of the family and what of a {@code config.json} its program needs.
 * {@link org.djladapters.hub.architecture.Architectures} lists them. Modules are named as in the
 * checkpoints of transformers.
 */
@Internal
package org.djladapters.hub.architecture;

import org.djladapters.io.Internal;
