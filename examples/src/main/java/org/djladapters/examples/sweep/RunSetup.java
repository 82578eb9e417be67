/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import java.util.Map;
import org.djladapters.task.Provenance;

/**
 * What a run of a sweep is given. Results of different set-ups don't compare.
 *
 * @param base the model
 * @param data the data by role: {@code train}, of which a part is held out, and {@code dev}
 * @param heldOut the share of the training data that is held out
 * @param options the options of {@code finetune}, those of the method last
 * @param learningRates the rates that are tried
 */
public record RunSetup(
        Provenance.Base base,
        Map<String, Provenance.Source> data,
        @SerializedName("held_back") double heldOut,
        List<String> options,
        List<Double> learningRates) {

    /** Copies lists and maps. */
    public RunSetup {
        data = Map.copyOf(data);
        options = List.copyOf(options);
        learningRates = List.copyOf(learningRates);
    }
}
