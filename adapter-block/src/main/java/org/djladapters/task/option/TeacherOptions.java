/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Optional;
import java.util.OptionalDouble;
import org.djladapters.io.Internal;

/**
 * The model that another one learns from.
 *
 * @param model its location
 * @param adapter the location of an adapter that it has
 * @param temperature what the logits of classes are divided by
 * @param weight the share of the teacher in the loss of classes
 */
@Internal
public record TeacherOptions(
        String model,
        Optional<String> adapter,
        OptionalDouble temperature,
        OptionalDouble weight) {}
