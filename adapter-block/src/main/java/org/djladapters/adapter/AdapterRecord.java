/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.Internal;

/**
 * What is known of an adapter besides its parameters, wherever it goes: what its outputs are called
 * and how it was trained. It is made when an adapter is loaded, trained or named, and then compared
 * and read as it is.
 *
 * @param labels the names of its outputs, none if the single output is a number
 * @param classifier the configuration of the model that PEFT trained, of which {@code labels} could
 *     not be made
 * @param options the options of the run that trained it by name
 * @param provenance the text of the file that holds the record of that run
 */
@Internal
public record AdapterRecord(
        Optional<List<String>> labels,
        Optional<String> classifier,
        Map<String, String> options,
        Optional<String> provenance) {

    /** Of an adapter of which nothing is known. */
    public static final AdapterRecord NONE =
            new AdapterRecord(Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    /** Keeps copies. */
    public AdapterRecord {
        labels = labels.map(List::copyOf);
        options = Map.copyOf(options);
    }

    /** Returns the same with other names of outputs than those of a classifier. */
    public AdapterRecord withLabels(Optional<List<String>> names) {
        return new AdapterRecord(names, Optional.empty(), options, provenance);
    }
}
