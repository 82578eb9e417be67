/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import java.util.Map;
import java.util.Optional;

/** The types of adapters of PEFT that can't be loaded, each with its reason. */
final class MissingTypes {

    private static final String INPUTS =
            "it puts vectors before those of the inputs, and adapters here change layers";

    private static final String ATTENTION =
            "it adds keys and values to attention, and adapters here change layers";

    private static final String MIXTURE =
            "it mixes updates anew for every input, and an update here is one change of a weight";

    private static final String DECOMPOSITION =
            "it rests on a decomposition of the weights that the file does not have and that is"
                    + " not computed here";

    private static final Map<String, String> REASONS =
            Map.ofEntries(
                    Map.entry("PROMPT_TUNING", INPUTS),
                    Map.entry("P_TUNING", INPUTS),
                    Map.entry("MULTITASK_PROMPT_TUNING", INPUTS),
                    Map.entry("CPT", INPUTS),
                    Map.entry("PREFIX_TUNING", ATTENTION),
                    Map.entry("CARTRIDGE", ATTENTION),
                    Map.entry("ADAPTION_PROMPT", ATTENTION),
                    Map.entry("LILY", MIXTURE),
                    Map.entry("POLY", MIXTURE),
                    Map.entry("XLORA", MIXTURE),
                    Map.entry("ADAMSS", DECOMPOSITION),
                    Map.entry("FROD", DECOMPOSITION),
                    Map.entry("OSF", DECOMPOSITION),
                    Map.entry("GLORA", "it changes biases by their own values"),
                    Map.entry("SHADOW", "it is a network beside the model"));

    private MissingTypes() {}

    /**
     * Returns why adapters of a type can't be loaded, empty for a type that is not known at all.
     */
    static Optional<String> reason(String type) {
        return Optional.ofNullable(REASONS.get(type));
    }
}
