/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;

/** How many classes a model's own head tells apart. */
final class Labels {

    /** What transformers takes where a configuration says nothing. */
    private static final int ABSENT = 2;

    private Labels() {}

    static int count(ConfigReader config) throws IOException {
        Optional<JsonObject> names = config.object("id2label");
        if (names.isEmpty()) {
            return config.size("num_labels", ABSENT);
        }
        if (names.get().isEmpty()) {
            throw config.wrong("id2label", "an object of labels");
        }
        return names.get().size();
    }
}
