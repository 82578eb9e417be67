/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The programs of HuggingFace checkpoints.
 *
 * <p>A {@link org.djladapters.hub.program.Checkpoint} is a folder of weights without a program. The
 * family of the model, a class of {@link org.djladapters.hub.architecture}, names the text of one
 * and what is to be filled in; {@link org.djladapters.hub.program.ProgramTemplate} fills it in.
 */
@Internal
package org.djladapters.hub.program;

import org.djladapters.io.Internal;
