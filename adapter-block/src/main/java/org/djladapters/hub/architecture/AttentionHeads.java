/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;

/** How many heads of attention share the features of a model. */
final class AttentionHeads {

    private static final String KEY = "num_attention_heads";

    private AttentionHeads() {}

    /**
     * Reads the number of heads.
     *
     * @param config the configuration
     * @param features how many features the heads share evenly
     * @param absent the number where there is no entry
     * @return the number
     * @throws IOException if it is no divisor of the features
     */
    static int count(ConfigReader config, int features, int absent) throws IOException {
        return count(config, KEY, features, absent);
    }

    /** The same where the entry has a name of its own. */
    static int count(ConfigReader config, String key, int features, int absent) throws IOException {
        int heads = config.size(key, absent);
        if (features % heads != 0) {
            throw config.wrong(key, "a divisor of %d, the features,".formatted(features));
        }
        return heads;
    }
}
