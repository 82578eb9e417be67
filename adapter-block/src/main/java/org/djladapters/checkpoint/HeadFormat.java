/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadOnlyConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/** Adapters without adapted weights. PEFT has none such; the name is our own. */
final class HeadFormat implements AdapterFormat {

    @Override
    public String peftType() {
        return "HEAD";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof HeadOnlyConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        // nothing beyond what all methods write
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) {
        return new HeadOnlyConfig(modulesToSave);
    }

    @Override
    public WeightAdapter newAdapter(AdapterConfig config, WeightSpec weight) {
        return config.newAdapter(weight);
    }
}
