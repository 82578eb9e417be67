/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import java.util.Locale;
import org.djladapters.adapter.Methods;

/** A method of adapting, and which of the options of {@link MethodOptions} it takes. */
enum Method {
    COMPOUND(
            "--orders --blocks --block-size --scaling --chain --added --offsets "
                    + "--share --map --terms --entry --no-orthogonal --module-dropout"),
    LORA(
            "--rank --alpha --rslora --dora --init --lora-bias --rank-pattern "
                    + "--alpha-pattern --dropout"),
    OFT("--blocks --block-size --share --map --series --terms --constrained --module-dropout"),
    BOFT("--blocks --block-size --factors --dropout"),
    IA3("--feedforward"),
    VERA("--rank --d-initial --dropout"),
    HEAD(""),
    FULL(""),
    BITFIT("");

    /** What every method takes. */
    private static final String ALWAYS = "--method --modules-to-save";

    /** What every method that adapts layers takes. */
    private static final String LAYERS =
            "--targets --targets-regex --all-linear --exclude --exclude-regex --layers"
                    + " --layers-pattern --bias";

    private final String options;

    Method(String options) {
        this.options = options;
    }

    /** Finds a method by its word. */
    static Method of(String word) {
        Methods.defaultConfig(word); // refuses a word that there is not
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    boolean takes(String option) {
        return isIn(ALWAYS, option)
                || isIn(options, option)
                || (!options.isEmpty() && isIn(LAYERS, option));
    }

    private static boolean isIn(String options, String option) {
        return List.of(options.split(" ")).contains(option);
    }

    /** The word for the method. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
