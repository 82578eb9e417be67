/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.util.List;

/**
 * The images that a family of models was trained on, where {@code preprocessor_config.json} does
 * not tell.
 *
 * @param crops whether they are resized by the shorter edge and the middle is taken
 * @param mean the three channels' means, red first
 * @param std the three channels' standard deviations, red first
 */
public record ImageForm(boolean crops, List<Double> mean, List<Double> std) {}
