/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.waveft;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.Map;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.dense.SpectrumFormat;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;

/** WaveFT adapters with the fields of PEFT, which calls the Haar wavelet {@code db1}. */
final class WaveFtFormat extends SpectrumFormat {

    private static final String FAMILY = "wavelet_family";
    private static final String HAAR = "db1";
    private static final String TRANSFORM = "use_idwt";

    WaveFtFormat() {
        super(
                "WAVEFT",
                "waveft_only",
                WaveFtConfig.class,
                WaveFtConfig::builder,
                Field.bool("proportional_parameters", WaveFtConfig.PROPORTIONAL),
                Field.of(WaveFtFormat::write, WaveFtFormat::read));
    }

    private static void write(MethodConfig config, Map<String, JsonElement> fields) {
        fields.put(FAMILY, new JsonPrimitive(HAAR));
        fields.put(TRANSFORM, new JsonPrimitive(!config.get(WaveFtConfig.DIRECT)));
    }

    private static void read(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        boolean direct = !fields.bool(TRANSFORM, true);
        config.set(WaveFtConfig.DIRECT, direct);
        String family = fields.string(FAMILY, HAAR);
        if (!direct && !family.equals(HAAR)) {
            throw fields.unexpected(FAMILY, family, "the Haar wavelet '" + HAAR + "'");
        }
    }
}
