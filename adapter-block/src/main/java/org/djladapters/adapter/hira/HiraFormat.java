/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hira;

import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/**
 * HiRA adapters with the fields of PEFT. Inputs that PEFT drops in training ({@code hira_dropout})
 * are not dropped here; trained biases and module dropout are fields of our own.
 */
final class HiraFormat extends MethodFormat {

    private static final String RANKS = "rank_pattern";

    HiraFormat() {
        super(
                "HIRA",
                HiraConfig.class,
                HiraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.rankPattern(RANKS),
                Field.of(
                        (config, fields) -> fields.put("hira_dropout", new JsonPrimitive(0.0)),
                        (fields, config) -> fields.ignore("hira_dropout")),
                Field.bias("hira_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    @Override
    public List<String> patternFields() {
        return List.of(RANKS);
    }
}
