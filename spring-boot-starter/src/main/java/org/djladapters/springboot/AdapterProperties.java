/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.djladapters.matmul.Precision;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code djl.adapters.*}.
 *
 * @param model a folder with the base model, {@code hf://organization/name}, or another location
 *     that {@code AdaptedModel.open} takes; null where a bean is the model
 * @param folder the folder whose subfolders are adapters, null for none
 * @param defaultAdapter the adapter of the embedding models that are beans, empty for the base
 *     model
 * @param scoringAdapter the adapter of the beans that score passages, empty for the base model
 * @param prompt what texts begin with, or the name of a prompt of the model; null for the model's
 *     own
 * @param documentPrompt what documents of Spring AI begin with, or the name of a prompt of the
 *     model; null for the model's own
 * @param precision the type in which the model computes
 * @param poolSize the number of calls that the model computes at once; by default that of
 *     processors
 * @param threads the threads of each of these calls; by default the processors are shared out
 * @param pollInterval the time between two looks at the folder
 * @param minAdapters the number of adapters without which the health is {@code OUT_OF_SERVICE}
 */
@ConfigurationProperties(AdapterProperties.PREFIX)
public record AdapterProperties(
        String model,
        String folder,
        @DefaultValue("") String defaultAdapter,
        @DefaultValue("") String scoringAdapter,
        String prompt,
        String documentPrompt,
        @DefaultValue("float32") Precision precision,
        Integer poolSize,
        Integer threads,
        @DefaultValue("2s") Duration pollInterval,
        @DefaultValue("0") int minAdapters) {

    static final String PREFIX = "djl.adapters";

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Checks the numbers, and chooses those that are missing.
     *
     * @throws WrongPropertyException if one is too small or too large
     */
    public AdapterProperties {
        int processors = Runtime.getRuntime().availableProcessors();
        poolSize = poolSize == null ? processors : atLeast(1, "pool-size", poolSize);
        threads =
                threads == null
                        ? Math.max(1, processors / poolSize)
                        : atLeast(1, "threads", threads);
        atLeast(0, "min-adapters", minAdapters);
        if (pollInterval.compareTo(SHORTEST) < 0 || pollInterval.compareTo(LONGEST) > 0) {
            throw new WrongPropertyException(
                    "poll-interval", "must be between 10ms and 1d, got " + pollInterval);
        }
    }

    private static int atLeast(int least, String name, int value) {
        if (value < least) {
            throw new WrongPropertyException(
                    name, "must be at least %d, got %d".formatted(least, value));
        }
        return value;
    }

    /** Returns the folder of adapters, if there is one. */
    Optional<Path> adapters() {
        return Optional.ofNullable(folder).filter(name -> !name.isBlank()).map(Path::of);
    }
}
