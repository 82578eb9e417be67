/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * @param others what else is true of the family
 * @param images the images that the models were trained on, if theirs have to be the same
 */
public record Traits(
        List<String> targets,
        Optional<ClassifierForm> classifier,
        Optional<String> pooler,
        Positions positions,
        Set<Trait> others,
        Optional<ImageForm> images) {

    /** Something that is true of a family. */
    public enum Trait {
        ONE_IMAGE_SIZE,
        OWN_VECTOR,
        FILLED_TEXTS,
        SCALED_TIE
    }

    /** Tells whether an export takes images of one size only. */
    public boolean oneImageSize() {
        return others.contains(Trait.ONE_IMAGE_SIZE);
    }

    /**
     * Tells whether a model makes one vector of a text or an image itself, which is compared with
     * others.
     */
    public boolean ownVector() {
        return others.contains(Trait.OWN_VECTOR);
    }

    /** Tells whether texts are filled up to the largest length, as they were in training. */
    public boolean filledTexts() {
        return others.contains(Trait.FILLED_TEXTS);
    }

    /**
     * Tells whether a head that is the embedding of tokens gets other features than one with
     * weights of its own.
     */
    public boolean scaledTie() {
        return others.contains(Trait.SCALED_TIE);
    }

    /** The first of the positions that tokens get. Those before it are left out. */
    public enum Positions {
        /** Position 0. */
        FROM_ZERO,
        /** Position 2, whatever the padding token is. */
        FROM_TWO,
        /** The position after the number of the padding token, as in RoBERTa. */
        AFTER_PADDING_TOKEN,
        /** None: only distances count, and however far tokens are apart, there is one for that. */
        NONE;

        /** Returns how many positions are left out for a padding token. */
        public int leftOut(int paddingToken) {
            return switch (this) {
                case FROM_ZERO, NONE -> 0;
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
                Set.of(),
                Optional.empty());
    }

    Traits withClassifier(ClassifierForm form) {
        return new Traits(targets, Optional.of(form), pooler, positions, others, images);
    }

    Traits withPooler(String path) {
        return new Traits(targets, classifier, Optional.of(path), positions, others, images);
    }

    Traits withPositions(Positions first) {
        return new Traits(targets, classifier, pooler, first, others, images);
    }

    Traits withOneImageSize() {
        return with(Trait.ONE_IMAGE_SIZE);
    }

    Traits withOwnVector() {
        return with(Trait.OWN_VECTOR);
    }

    Traits withImages(ImageForm form) {
        Traits one = withOneImageSize();
        return new Traits(targets, classifier, pooler, positions, one.others(), Optional.of(form));
    }

    Traits withFilledTexts() {
        return with(Trait.FILLED_TEXTS);
    }

    Traits withScaledTie() {
        return with(Trait.SCALED_TIE);
    }

    private Traits with(Trait other) {
        Set<Trait> all = new HashSet<>(others);
        all.add(other);
        return new Traits(targets, classifier, pooler, positions, Set.copyOf(all), images);
    }
}
