/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.gralora;

import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * GraLoRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class GraloraFormat extends MethodFormat {

    GraloraFormat() {
        super(
                "GRALORA",
                GraloraConfig.class,
                GraloraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.integer("gralora_k", GraloraConfig.PARTS),
                Field.integer("hybrid_r", GraloraConfig.WHOLE),
                Field.plainNumber("alpha", GraloraConfig.ALPHA),
                Field.number("gralora_dropout", CommonOptions.DROPOUT),
                Field.bias("gralora_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.EXCLUDED;
    }
}
