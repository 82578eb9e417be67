/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.delora;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/**
 * DeLoRA adapters with the fields of PEFT, which calls the dropout of inputs {@code
 * module_dropout}. A probability with which whole modules are left out is a field of our own.
 */
final class DeloraFormat extends MethodFormat {

    private static final String RANKS = "rank_pattern";

    DeloraFormat() {
        super(
                "DELORA",
                DeloraConfig.class,
                DeloraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.plainNumber("delora_lambda", DeloraConfig.BOUND),
                Field.rankPattern(RANKS),
                // what the bounds start with
                Field.of(
                        (config, fields) -> fields.put("lambda_pattern", new JsonObject()),
                        (fields, config) -> fields.ignore("lambda_pattern")),
                Field.number("module_dropout", CommonOptions.DROPOUT),
                Field.number("layer_dropout", CommonOptions.MODULE_DROPOUT).ifSet(),
                Field.bias("delora_only"),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    @Override
    public List<String> patternFields() {
        return List.of(RANKS);
    }
}
