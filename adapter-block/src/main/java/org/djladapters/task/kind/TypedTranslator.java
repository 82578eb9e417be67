/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.translate.Translator;
import java.io.IOException;

/**
 * A translator that a task offers.
 *
 * @param input the type that is predicted from
 * @param output the type of predictions
 * @param maker makes it when it is needed
 */
public record TypedTranslator(Class<?> input, Class<?> output, Maker maker) {

    /** Makes a translator between the types. */
    @FunctionalInterface
    public interface Maker {

        /**
         * Makes the translator.
         *
         * @throws IOException if the tokenizer can't be read
         */
        Translator<?, ?> make() throws IOException;
    }
}
