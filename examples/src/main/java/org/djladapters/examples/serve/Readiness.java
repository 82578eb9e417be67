/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Tells whether a server should get requests, and why not. */
final class Readiness {

    private final BooleanSupplier ending;
    private final IntSupplier served;
    private final int needed;

    private final Supplier<Optional<String>> folderFailure;

    /**
     * Prepares to tell.
     *
     * @param folderFailure tells why the folder of adapters can't be read, if so
     * @param ending tells whether the server shuts down
     * @param served counts the adapters that are served
     * @param needed the number of adapters without which it is not ready
     */
    Readiness(
            Supplier<Optional<String>> folderFailure,
            BooleanSupplier ending,
            IntSupplier served,
            int needed) {
        this.folderFailure = folderFailure;
        this.ending = ending;
        this.served = served;
        this.needed = needed;
    }

    /** Returns why the server should get no requests, empty if it should. */
    Optional<String> problem() {
        if (ending.getAsBoolean()) {
            return Optional.of("The server is shutting down");
        }
        Optional<String> lost = folderFailure.get();
        if (lost.isPresent()) {
            return lost;
        }
        int count = served.getAsInt();
        return count < needed
                ? Optional.of(
                        "%d adapters are served, but at least %d must be (--min-adapters)"
                                .formatted(count, needed))
                : Optional.empty();
    }
}
