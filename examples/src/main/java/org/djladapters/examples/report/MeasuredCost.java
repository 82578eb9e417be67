/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.io.JsonLines;

/**
 * A line that {@code bench} prints, as far as a report shows it. Ratios that were not measured are
 * null.
 *
 * @param model the model's name, or null
 * @param shape the shape of a model of random weights, or null
 * @param method the word of the method
 * @param settings its settings
 * @param batch rows of a batch
 * @param length tokens of a row, or null
 * @param threads threads of the engine
 * @param trainableParameters the number of trainable parameters
 * @param stepRatio a training step over one of the frozen base model
 * @param inferenceRatio a prediction with the adapter over one of the base model
 * @param mergedInferenceRatio a prediction with merged weights over one of the base model
 * @param peakRssMib the largest resident size of a training process in MiB
 * @param memoryRatio that over the one of the frozen base model
 * @param forwardFlops floating point operations for a token, forward
 * @param backwardFlops floating point operations for a token, backward
 */
record MeasuredCost(
        String model,
        String shape,
        String method,
        String settings,
        int batch,
        Integer length,
        int threads,
        long trainableParameters,
        Double stepRatio,
        Double inferenceRatio,
        Double mergedInferenceRatio,
        Double peakRssMib,
        Double memoryRatio,
        Double forwardFlops,
        Double backwardFlops) {

    /**
     * Reads a file of such lines.
     *
     * @throws IOException if the file is missing or a line is something else
     */
    static List<MeasuredCost> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        return new JsonLines<>(
                        file,
                        MeasuredCost.class,
                        "a line that bench prints",
                        cost ->
                                cost.method != null
                                        && cost.stepRatio != null
                                        && (cost.model != null || cost.shape != null))
                .read();
    }

    /** Returns whether this was measured with an adapter like that of a method. */
    boolean fits(Contender contender) {
        return method.equals(contender.family()) && trainableParameters == contender.parameters();
    }

    /** What was measured, in words. */
    String conditions() {
        String what = model == null ? shape : String.valueOf(Path.of(model).getFileName());
        String size = length == null ? "batch " + batch : batch + " × " + length + " tokens";
        return "%s, %s, %s".formatted(what, size, Text.threads(threads));
    }
}
