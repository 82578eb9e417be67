/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/** A family of models that one program computes. */
public interface Architecture {

    /**
     * Returns the names of the family in configurations.
     *
     * @return values of {@code model_type}
     */
    List<String> modelTypes();

    /**
     * Returns how a model is called in the table of architectures.
     *
     * @return the name that people know, such as BERT
     */
    String name();

    /**
     * Returns the heads that the program has, beside {@link ModelHead#NONE}.
     *
     * @return the heads
     */
    List<ModelHead> heads();

    /**
     * Checks a configuration and says which program computes it.
     *
     * @param config the configuration; whatever changes results and can't be computed is refused
     * @param head one of {@link #heads} or {@link ModelHead#NONE}
     * @return the program and what is filled in
     * @throws IOException if the configuration is malformed or refused; the message names the entry
     */
    ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException;
}
