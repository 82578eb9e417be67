/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/**
 * A family of models that one program computes. All that is known of the family stands in the class
 * that makes this, beside its program.
 *
 * @param name the name that people know, such as BERT
 * @param modelTypes the names of the family in configurations, values of {@code model_type}
 * @param heads the heads that the program has, besides {@link ModelHead#NONE}
 * @param layerFields the fields of a configuration that can tell how many layers there are; with
 *     another field and a dot before those that lie in one
 * @param traits what is known of the family's models wherever they come from
 * @param program says of a configuration which program computes it
 * @param copiesCode whether models of the family come with a copy of the code in transformers
 */
public record Architecture(
        String name,
        List<String> modelTypes,
        List<ModelHead> heads,
        List<String> layerFields,
        Traits traits,
        Program program,
        boolean copiesCode) {

    /** Describes a family whose models come without code, if they are of the family at all. */
    public Architecture(
            String name,
            List<String> modelTypes,
            List<ModelHead> heads,
            List<String> layerFields,
            Traits traits,
            Program program) {
        this(name, modelTypes, heads, layerFields, traits, program, false);
    }

    /** Reads a configuration. */
    @FunctionalInterface
    public interface Program {

        /**
         * Says which program computes a configuration with a head of the family or none. What
         * changes results and is not computed is refused in a message that names the field.
         */
        ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException;
    }
}
