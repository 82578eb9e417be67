/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Data to train on: {@link org.djladapters.data.TextData} reads tables of labelled texts, {@link
 * org.djladapters.data.PromptData} prompts with responses, {@link org.djladapters.data.ImageFolder}
 * folders of pictures. {@link org.djladapters.data.LabelSpace} knows the labels, {@link
 * org.djladapters.data.HeldOutSplit} splits off examples, and {@link
 * org.djladapters.data.TextDataset} and {@link org.djladapters.data.ImageDataset} are datasets for
 * DJL's own Trainer.
 */
package org.djladapters.data;
