/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

/**
 * How a server is set up.
 *
 * @param host the name or address to listen at
 * @param port the port, 0 for any that is free
 * @param workers how many requests are predicted at once
 * @param queue how many more may wait
 * @param maxBody the most bytes of a request
 * @param maxInputs the most inputs of a request
 */
public record ServerOptions(
        String host, int port, int workers, int queue, int maxBody, int maxInputs) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one makes no sense; the message names its option
     */
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
