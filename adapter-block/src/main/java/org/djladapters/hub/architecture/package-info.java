/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * HuggingFace checkpoints and the programs that compute them.
 *
 * <p>A {@link org.djladapters.hub.architecture.Checkpoint} is a folder of weights without a
 * program. {@link org.djladapters.hub.architecture.Architectures} finds the {@link
 * org.djladapters.hub.architecture.Architecture} by {@code model_type} of {@code config.json}; that
 * checks the configuration and names the program, a readable TorchScript text beside these classes,
 * with what is to be filled in. {@link org.djladapters.hub.architecture.ProgramTemplate} fills it
 * in. Modules are named as in the checkpoint.
 */
@Internal
package org.djladapters.hub.architecture;

import org.djladapters.io.Internal;
