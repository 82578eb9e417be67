/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.translate.Translator;
import java.io.IOException;

/** A translator that a task offers. */
public record TypedTranslator(Class<?> input, Class<?> output, Maker maker) {

    /** Makes a translator between the types. */
    @FunctionalInterface
    public interface Maker {

        /** Makes the translator. */
        Translator<?, ?> make() throws IOException;
    }
}
