/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

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

    /** Returns the word for it in the names of a whole model's modules and fields. */
    String part() {
        return part;
    }
}
