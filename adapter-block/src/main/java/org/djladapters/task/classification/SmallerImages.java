/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.TaskHead;

/** Tells how much time smaller images would save in a run whose images have the model's size. */
public final class SmallerImages {

    /** The usual size of classifiers, and one that is quick on a CPU. */
    private static final List<Integer> SIZES = List.of(224, 98);

    /** The smallest saving that is described. */
    private static final int LEAST = 4;

    private SmallerImages() {}

    /**
     * Describes the saving.
     *
     * @return a sentence; empty if the images are small, or the model takes no smaller ones
     */
    public static Optional<String> note(AdaptedModel model, ModelDirectory directory, int size)
            throws IOException {
        OptionalInt patch = directory.patchSize();
        int unit = patch.orElse(1);
        String what = patch.isPresent() ? "patches" : "pixels";
        String savings =
                SIZES.stream()
                        .map(smaller -> smaller - smaller % unit)
                        .filter(smaller -> smaller > 0 && times(size, smaller) >= LEAST)
                        .filter(smaller -> takes(model, directory, smaller))
                        .map(
                                smaller ->
                                        "%d times fewer %s at %d"
                                                .formatted(times(size, smaller), what, smaller))
                        .collect(Collectors.joining(" and "));
        return savings.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ("Images are used in the model's own size of %d pixels%s; a smaller image"
                                        + " size saves time, with %s")
                                .formatted(size, patches(size, patch), savings));
    }

    private static int times(int size, int smaller) {
        return (int) Math.round(Math.pow((double) size / smaller, 2));
    }

    private static String patches(int size, OptionalInt patch) {
        if (patch.isEmpty()) {
            return "";
        }
        long side = size / patch.getAsInt();
        return " (%d patches each)".formatted(side * side);
    }

    /** Tries a size, since many models have positions for one size only. */
    private static boolean takes(AdaptedModel model, ModelDirectory directory, int size) {
        try {
            ImagePreprocessing.of(directory, size);
            return TaskHead.ofSmallInput(model, size, (inputs, outputs) -> true);
        } catch (IOException | IllegalArgumentException | EngineException e) {
            return false;
        }
    }
}
