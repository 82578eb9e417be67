/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * PVeRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class PveraFormat extends MethodFormat {

    private static final String SAMPLED = "sample_at_inference";
    private static final String GENERATOR = "generator_seed";

    PveraFormat() {
        super(
                "PVERA",
                PveraConfig.class,
                PveraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.number("d_initial", VeraConfig.INITIAL),
                Field.integer("projection_prng_key", VeraConfig.SEED),
                Field.bool("save_projection", VeraConfig.SAVE_PROJECTIONS),
                Field.number("pvera_dropout", CommonOptions.DROPOUT),
                Field.of(PveraFormat::writeSampling, PveraFormat::readSampling),
                Field.bias("pvera_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    private static void writeSampling(MethodConfig config, Map<String, JsonElement> fields) {
        fields.put(SAMPLED, new JsonPrimitive(false));
        fields.put(GENERATOR, JsonNull.INSTANCE);
    }

    private static void readSampling(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        fields.ignore(GENERATOR);
        if (fields.bool(SAMPLED, false)) {
            throw fields.invalid(
                    ("the field '%s' is true: such an adapter draws random numbers for every"
                                    + " prediction, which is not done here; set it to false")
                            .formatted(SAMPLED));
        }
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.EXCLUDED;
    }
}
