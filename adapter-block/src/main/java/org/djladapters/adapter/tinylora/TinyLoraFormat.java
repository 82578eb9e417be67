/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tinylora;

import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * TinyLoRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class TinyLoraFormat extends MethodFormat {

    TinyLoraFormat() {
        super(
                "TINYLORA",
                TinyLoraConfig.class,
                TinyLoraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.integer("u", TinyLoraConfig.NUMBERS),
                Field.number("weight_tying", TinyLoraConfig.TYING),
                Field.integer("projection_seed", TinyLoraConfig.SEED),
                Field.bool("save_projection", TinyLoraConfig.SAVE_PROJECTIONS),
                Field.number("tinylora_dropout", CommonOptions.DROPOUT),
                Field.bias("tinylora_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                // how the numbers start
                Field.of(
                        (config, fields) -> fields.put("init_v_bound", new JsonPrimitive(0.02)),
                        (fields, config) -> fields.ignore("init_v_bound")),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.EXCLUDED;
    }
}
