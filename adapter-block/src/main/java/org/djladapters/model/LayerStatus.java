/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.djladapters.adapter.WeightSpec;

/**
 * The state of an adapted layer.
 *
 * @param path the path of the module
 * @param kind what the module does
 * @param adapters the adapters that have a Block for it, in the order in which they were added
 */
public record LayerStatus(String path, WeightSpec.Kind kind, List<AdapterStatus> adapters) {

    /** Copies the list. */
    public LayerStatus {
        adapters = List.copyOf(adapters);
    }

    @Override
    public String toString() {
        return adapters.stream()
                .map(AdapterStatus::toString)
                .collect(
                        Collectors.joining(
                                ", ",
                                path + " (" + kind.name().toLowerCase(Locale.ROOT) + "): ",
                                ""));
    }
}
