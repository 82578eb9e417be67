/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.checkpoint.Provenance;

/**
 * The setup of a run of a sweep. Results of different setups can't be compared.
 *
 * @param data the data by role: {@code train}, of which each seed draws {@code rows} examples and
 *     holds a part of them out; {@code dev}; and {@code test} if it was used
 * @param heldOut the share of the training data that is held out
 * @param options the options of {@code finetune}, those of the method last
 * @param rates the factors of the learning rate that are tried
 * @param precision the type in which the model computes, null for float32
 * @param joint how the rates of adapter and head are tuned together for the task; null if one rate
 *     is tuned for all tasks
 */
public record RunSetup(
        Provenance.Base base,
        Map<String, Provenance.Source> data,
        @SerializedName("held_back") double heldOut,
        List<String> options,
        List<Double> rates,
        String precision,
        JointTuning joint) {

    static final String TRAIN = "train";
    static final String DEV = "dev";
    static final String TEST = "test";

    public RunSetup {
        data = Map.copyOf(data);
        options = List.copyOf(options);
        rates = List.copyOf(rates);
    }

    boolean isComplete() {
        return base != null;
    }

    /** Returns this setup with test data. */
    RunSetup withTest(Provenance.Source test) {
        Map<String, Provenance.Source> all = new TreeMap<>(data);
        all.put(TEST, test);
        return with(all, precision);
    }

    /** Returns this setup without data that training does not use. */
    RunSetup ofTraining() {
        return with(Map.of(TRAIN, data.get(TRAIN)), precision);
    }

    /**
     * Tells whether learning rates that were chosen for another setup are those of this one, whose
     * model may compute in another type.
     */
    boolean sharesRatesOf(RunSetup other) {
        RunSetup training = other.ofTraining();
        return ofTraining().equals(training.with(training.data(), precision));
    }

    private RunSetup with(Map<String, Provenance.Source> otherData, String otherPrecision) {
        return new RunSetup(base, otherData, heldOut, options, rates, otherPrecision, joint);
    }

    /** Returns this setup without test data, which do not affect the training. */
    RunSetup withoutTest() {
        Map<String, Provenance.Source> others = new TreeMap<>(data);
        others.remove(TEST);
        return with(others, precision);
    }
}
