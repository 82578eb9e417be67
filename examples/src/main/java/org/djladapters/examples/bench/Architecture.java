/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.JsonObject;

/** A family of models: what {@code config.json} says of one and which weights it has. */
interface Architecture {

    /** The entry of the configuration that tells how many layers there are. */
    String LAYERS = "num_hidden_layers";

    /** The configuration. The program's sizes are filled in from it. */
    JsonObject config();

    /** Gives every tensor of the program its values. */
    void fill(FreshWeights weights);

    /** The name of the family, which is also that of its program. */
    default String modelType() {
        return config().get("model_type").getAsString();
    }
}
