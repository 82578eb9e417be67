/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * BEFT adapters with the fields of PEFT. Trained biases and module dropout, which it has not for
 * BEFT, are written only where they are set.
 */
final class BeftFormat extends MethodFormat {

    BeftFormat() {
        super(
                "BEFT",
                BeftConfig.class,
                BeftConfig::builder,
                Field.bias("beft_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        TargetFields.listInstead(
                weights, fields, "exclude_modules", "layers_to_transform", "layers_pattern");
    }
}
