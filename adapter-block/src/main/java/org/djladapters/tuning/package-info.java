/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Fine-tuning: {@link org.djladapters.tuning.FineTuner} trains an adapter on labelled texts,
 * images, or prompts with responses, and can resume a run that was interrupted. The rest is what it
 * is made of: the training step and loop, the optimizer, learning rates and the state of a run.
 */
package org.djladapters.tuning;
