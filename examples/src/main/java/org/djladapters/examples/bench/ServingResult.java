/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.OptionalInt;

/**
 * How long a batch of requests for several adapters takes, in seconds, medians over rounds.
 *
 * @param requests the number of requests
 * @param adapters the number of adapters that they are for
 * @param length the number of tokens of a request, empty for images
 * @param rounds how often everything was timed
 * @param base all requests at once with the base model, which no way can beat
 * @param mixed all requests at once, each with its adapter
 * @param sorted the requests of one adapter after those of another, with a switch between them
 * @param switching one request after the other as they come, with a switch before each that is for
 *     another adapter
 */
public record ServingResult(
        int requests,
        int adapters,
        OptionalInt length,
        int rounds,
        double base,
        double mixed,
        double sorted,
        double switching) {}
