/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.baseline;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.ConfigFields;

/** Adapters without adapted weights. PEFT has none such; the names are our own. */
final class BaselineFormat implements AdapterFormat {

    private final BaselineConfig.Trained trained;

    BaselineFormat(BaselineConfig.Trained trained) {
        this.trained = trained;
    }

    @Override
    public String peftType() {
        return trained.name();
    }

    @Override
    public boolean isReadByPeft() {
        return false;
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof BaselineConfig baseline && baseline.trained() == trained;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        // nothing beyond what all methods write
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) {
        return new BaselineConfig(trained, modulesToSave);
    }
}
