/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.multilabel;

import ai.djl.modality.Classifications;
import java.util.List;

/**
 * The probabilities of all classes, each on its own between 0 and 1, and the classes that a text
 * has by them: those that reach their thresholds.
 */
public final class ChosenClasses extends Classifications {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // DJL's class is serializable, with a list of its own, too
    private final List<String> chosen;

    ChosenClasses(List<String> classes, List<Double> probabilities, List<String> chosen) {
        super(classes, probabilities);
        this.chosen = List.copyOf(chosen);
    }

    /**
     * Returns the classes that the text has.
     *
     * @return their names in the order of the model's outputs; empty if it has none
     */
    public List<String> chosen() {
        return chosen;
    }
}
