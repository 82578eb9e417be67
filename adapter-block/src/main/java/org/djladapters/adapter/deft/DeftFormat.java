/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.deft;

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

/** DEFT adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class DeftFormat extends MethodFormat {

    private static final String KIND = "decomposition_method";
    private static final String ORTHOGONAL = "qr";
    private static final String PLAIN = "relu";
    private static final String ALPHA = "alpha";

    DeftFormat() {
        super(
                "DEFT",
                DeftConfig.class,
                DeftConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.word(
                        KIND,
                        DeftConfig.ORTHOGONAL,
                        List.of(false, true),
                        orthogonal -> orthogonal ? ORTHOGONAL : PLAIN),
                Field.bool("para", DeftConfig.REMOVING),
                Field.of(DeftFormat::writeAlpha, DeftFormat::readAlpha),
                Field.number("deft_dropout", CommonOptions.DROPOUT),
                // how R starts without what P takes away
                Field.of(
                        (config, fields) -> fields.put("init_scale", new JsonPrimitive(1.0)),
                        (fields, config) -> fields.ignore("init_scale")),
                Field.bias("deft_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    private static void writeAlpha(MethodConfig config, Map<String, JsonElement> fields) {
        double alpha = config.get(DeftConfig.ALPHA);
        fields.put(ALPHA, alpha == 0 ? JsonNull.INSTANCE : ConfigFields.primitive(alpha));
    }

    private static void readAlpha(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        config.set(DeftConfig.ALPHA, fields.number(ALPHA, 0));
    }
}
