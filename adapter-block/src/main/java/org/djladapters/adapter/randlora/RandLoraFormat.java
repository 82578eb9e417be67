/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.randlora;

import com.google.gson.JsonElement;
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
import org.djladapters.adapter.randlora.RandLoraConfig.Sparsity;

/**
 * RandLoRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class RandLoraFormat extends MethodFormat {

    private static final String SPARSE = "sparse";
    private static final String VERY_SPARSE = "very_sparse";

    RandLoraFormat() {
        super(
                "RANDLORA",
                RandLoraConfig.class,
                RandLoraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.plainNumber("randlora_alpha", RandLoraConfig.ALPHA),
                Field.integer("projection_prng_key", RandLoraConfig.SEED),
                Field.bool("save_projection", RandLoraConfig.SAVE_PROJECTIONS),
                Field.number("randlora_dropout", CommonOptions.DROPOUT),
                Field.of(RandLoraFormat::writeSparsity, RandLoraFormat::readSparsity),
                Field.bias("randlora_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.EXCLUDED;
    }

    private static void writeSparsity(MethodConfig config, Map<String, JsonElement> fields) {
        Sparsity sparsity = config.get(RandLoraConfig.SPARSITY);
        fields.put(SPARSE, new JsonPrimitive(sparsity == Sparsity.SPARSE));
        fields.put(VERY_SPARSE, new JsonPrimitive(sparsity == Sparsity.VERY_SPARSE));
    }

    private static void readSparsity(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        Sparsity sparsity = fields.bool(SPARSE, false) ? Sparsity.SPARSE : Sparsity.DENSE;
        config.set(
                RandLoraConfig.SPARSITY,
                fields.bool(VERY_SPARSE, false) ? Sparsity.VERY_SPARSE : sparsity);
    }
}
