/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.vera.VeraConfig;

/** The methods of adapting a model by their words, each with the settings to begin with. */
public final class Methods {

    private static final Map<String, Supplier<AdapterConfig>> DEFAULTS = defaults();

    private Methods() {}

    /** A further method is one more line here. */
    private static Map<String, Supplier<AdapterConfig>> defaults() {
        Map<String, Supplier<AdapterConfig>> defaults = new LinkedHashMap<>();
        defaults.put(
                "compound",
                () -> CompoundConfig.builder().setOrders(1, 2, 3).optBlockSize(128).build());
        defaults.put("lora", () -> LoraConfig.builder().setRank(8).build());
        defaults.put("oft", () -> OftConfig.builder().build());
        defaults.put("boft", () -> BoftConfig.builder().build());
        defaults.put("ia3", () -> Ia3Config.builder().build());
        defaults.put("vera", () -> VeraConfig.builder().build());
        defaults.put("head", BaselineConfig::head);
        defaults.put("full", BaselineConfig::full);
        defaults.put("bitfit", BaselineConfig::bitfit);
        return defaults;
    }

    /**
     * The words of all methods.
     *
     * @return such as {@code compound}
     */
    public static List<String> names() {
        return List.copyOf(DEFAULTS.keySet());
    }

    /**
     * The settings of a method to begin with; it adapts all linear layers that it can.
     *
     * @param name the method in one word
     * @return the configuration
     * @throws IllegalArgumentException if there is no such method; the message names all
     */
    public static AdapterConfig defaultConfig(String name) {
        Supplier<AdapterConfig> config = DEFAULTS.get(name);
        if (config == null) {
            throw new IllegalArgumentException(
                    "There is no method '"
                            + name
                            + "'; this version knows "
                            + String.join(", ", names()));
        }
        return config.get();
    }
}
