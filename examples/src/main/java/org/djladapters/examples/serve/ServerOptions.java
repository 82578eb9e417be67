/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

/**
 * The options of a server.
 *
 * @param host the name or address to listen at
 * @param port the port, 0 for any free one
 * @param workers the number of requests that are predicted at once
 * @param queue the number of requests that may wait
 * @param maxBody the largest size of a request in bytes
 * @param maxInputs the largest number of inputs in a request
 */
public record ServerOptions(
        String host, int port, int workers, int queue, int maxBody, int maxInputs) {

    /** Checks the numbers; messages name the options of the command line. */
    public ServerOptions {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("--port must be between 0 and 65535, got " + port);
        }
        requirePositive("--workers", workers);
        requirePositive("--queue", queue);
        requirePositive("--max-body", maxBody);
        requirePositive("--max-inputs", maxInputs);
    }

    private static void requirePositive(String option, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, got %d".formatted(option, number));
        }
    }
}
