/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lntuning;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/** LN tuning with the fields of PEFT. */
final class LnTuningFormat implements AdapterFormat {

    @Override
    public String peftType() {
        return "LN_TUNING";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof LnTuningConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        TargetFields.write(((LnTuningConfig) config).layers(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
        fields.remove("layers_to_transform");
        fields.remove("layers_pattern");
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        Targets layers = TargetFields.read(fields);
        return new LnTuningConfig(
                layers.isByModelType() ? LnTuningConfig.NORMS : layers,
                modulesToSave,
                Targets.none());
    }

    /** The file has a copy of every layer that trains. */
    @Override
    public String savedAs(AdapterConfig config, String parameter) {
        int dot = parameter.lastIndexOf('.');
        boolean whole =
                dot < 0
                        || !config.trains(parameter)
                        || Targets.hasSuffix(parameter.substring(0, dot), config.modulesToSave());
        return whole
                ? parameter
                : parameter.substring(0, dot) + COPY + parameter.substring(dot + 1);
    }
}
