/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.util.List;
import java.util.Optional;

/**
 * Properties that the models of a family have wherever they come from: also exports, of which
 * nothing is known but {@code model_type}.
 *
 * @param targets what is usually adapted, as suffixes of module paths: what PEFT 0.17 takes for
 *     LoRA, and queries and values where PEFT has no defaults; empty if nothing is known
 * @param classifier the layers of the family's classifiers of whole texts or images
 * @param pooler the path in the encoder of the linear layer that transformers puts behind its
 *     hidden states, whether the model at hand has it or not
 * @param positions from which number the positions of tokens count
 * @param oneImageSize whether an export takes images of one size only
 * @param filledTexts whether texts are filled up to the largest length, as they were in training
 */
public record Traits(
        List<String> targets,
        Optional<ClassifierForm> classifier,
        Optional<String> pooler,
        Positions positions,
        boolean oneImageSize,
        boolean filledTexts) {

    /** The first of the positions that tokens get. Those before it are left out. */
    public enum Positions {
        /** Position 0. */
        FROM_ZERO,
        /** Position 2, whatever the padding token is. */
        FROM_TWO,
        /** The position after the number of the padding token, as in RoBERTa. */
        AFTER_PADDING_TOKEN;

        /** Returns how many positions are left out for a padding token. */
        public int leftOut(int paddingToken) {
            return switch (this) {
                case FROM_ZERO -> 0;
                case FROM_TWO -> 2;
                case AFTER_PADDING_TOKEN -> paddingToken + 1;
            };
        }
    }

    static final Traits UNKNOWN = adapting();

    static Traits adapting(String... suffixes) {
        return new Traits(
                List.of(suffixes),
                Optional.empty(),
                Optional.empty(),
                Positions.FROM_ZERO,
                false,
                false);
    }

    Traits withClassifier(ClassifierForm form) {
        return new Traits(targets, Optional.of(form), pooler, positions, oneImageSize, filledTexts);
    }

    Traits withPooler(String path) {
        return new Traits(
                targets, classifier, Optional.of(path), positions, oneImageSize, filledTexts);
    }

    Traits withPositions(Positions first) {
        return new Traits(targets, classifier, pooler, first, oneImageSize, filledTexts);
    }

    Traits withOneImageSize() {
        return new Traits(targets, classifier, pooler, positions, true, filledTexts);
    }

    Traits withFilledTexts() {
        return new Traits(targets, classifier, pooler, positions, oneImageSize, true);
    }
}
