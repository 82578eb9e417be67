/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Data to train on: {@link org.djladapters.data.TextData} has labelled texts of files, databases or
 * memory, {@link org.djladapters.data.PromptData} prompts with responses, {@link
 * org.djladapters.data.ImageFolder} folders of pictures. {@link org.djladapters.data.LabelSpace}
 * knows the labels, {@link org.djladapters.data.HeldOutSplit} splits off examples, {@link
 * org.djladapters.data.InputEncoder} makes a model's inputs of texts, and {@link
 * org.djladapters.data.TextDataset} and {@link org.djladapters.data.ImageDataset} are datasets for
 * DJL's own Trainer.
 */
package org.djladapters.data;
