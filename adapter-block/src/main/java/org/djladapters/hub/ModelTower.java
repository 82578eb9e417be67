/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import java.util.Optional;
import org.djladapters.io.Internal;

/**
 * One half of a model that has a tower for texts and one for images, such as CLIP: a model of its
 * own, whose vectors lie in the same space as those of the other one.
 */
public enum ModelTower {
    /** The half that reads texts. */
    TEXT("text"),
    /** The half that looks at images. */
    IMAGE("vision");

    private final String part;

    ModelTower(String part) {
        this.part = part;
    }

    /** Returns the tower for inputs of a type; empty for arrays, which both may need. */
    @Internal
    public static Optional<ModelTower> of(Class<?> input) {
        return input == NDList.class
                ? Optional.empty()
                : Optional.of(input == Image.class ? IMAGE : TEXT);
    }

    /** Tells whether a module or a parameter of a whole model is of this tower, by its path. */
    @Internal
    public boolean holds(String path) {
        String projection = this == TEXT ? "text_projection." : "visual_projection.";
        return path.startsWith(part + "_model.") || path.startsWith(projection);
    }

    /** Returns the other tower. */
    @Internal
    public ModelTower other() {
        return this == TEXT ? IMAGE : TEXT;
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the word for it in the names of a whole model's modules and fields. */
    String part() {
        return part;
    }
}
