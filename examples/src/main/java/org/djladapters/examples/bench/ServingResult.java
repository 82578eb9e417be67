/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The cost of serving requests for many adapters.
 *
 * @param requests the number of requests of a batch
 * @param length the number of tokens of a request, empty for images
 * @param loading the mean time of loading an adapter from its folder, in seconds
 * @param parameters the size of an adapter's parameters in bytes
 * @param memory the mean growth of the used memory for a loaded adapter, in bytes, if it is known
 * @param seconds the median time of every way
 */
public record ServingResult(
        int requests,
        int adapters,
        OptionalInt length,
        int rounds,
        double loading,
        long parameters,
        OptionalLong memory,
        Map<Way, Double> seconds) {

    /** A way to serve requests. */
    public enum Way {
        /** All requests in one batch with the base model, which no way can beat. */
        BASE("base", "all with the base model", false),

        /** All requests in one batch, each row with its adapter, the same adapters every round. */
        MIXED("mixed", "one batch, each row with its adapter", false),

        /** The same with other adapters every round, drawn from all. */
        OTHERS("others", "the same, other adapters each time", false),

        /** One request after the other, each with a model of its own that needs no switching. */
        APART("apart", "one by one, a model for each", false),

        /** One request after the other in several threads, each with its adapter. */
        THREADS("threads", "one by one, each with its adapter, in several threads", false),

        /** One request after the other, with a switch before each for another adapter. */
        SWITCHING("switching", "one by one, switching", false),

        /** A single request with the base model. */
        SINGLE_BASE("single_base", "a single request, base model", true),

        /** A single request with an adapter that is drawn from all. */
        SINGLE("single", "a single request with an adapter", true);

        private final String key;
        private final String title;
        private final boolean single;

        Way(String key, String title, boolean single) {
            this.key = key;
            this.title = title;
            this.single = single;
        }

        public String key() {
            return key;
        }

        public String title() {
            return title;
        }

        /** Returns the number of requests that it serves. */
        public int requests(int batch) {
            return single ? 1 : batch;
        }

        /** Returns the way that it is compared with. */
        public Way base() {
            return single ? SINGLE_BASE : BASE;
        }
    }
}
