/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.io.IOException;
import org.djladapters.generation.TextGenerator;
import org.djladapters.model.AdaptedModel;

/** The generator of all adapters of a language model, opened when the first one needs it. */
public final class SharedGenerator implements AutoCloseable {

    private final AdaptedModel model;
    private TextGenerator generator;

    /**
     * Takes a model, which may be no language model as long as no generator is needed.
     *
     * @param model a model that was opened from a folder; it is not closed with this
     */
    public SharedGenerator(AdaptedModel model) {
        this.model = model;
    }

    /**
     * Returns the generator.
     *
     * @throws IOException if the model's description or tokenizer can't be read
     * @throws IllegalArgumentException if it is no language model
     */
    synchronized TextGenerator get() throws IOException {
        if (generator == null) {
            generator = TextGenerator.open(model);
        }
        return generator;
    }

    @Override
    public synchronized void close() {
        if (generator != null) {
            generator.close();
        }
    }
}
