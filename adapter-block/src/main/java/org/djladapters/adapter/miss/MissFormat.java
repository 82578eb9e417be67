/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.Map;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/** MiSS adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class MissFormat extends MethodFormat {

    private static final String KIND = "init_weights";
    private static final String MINI = "mini";
    private static final String MINI_RANK = "mini_r";

    MissFormat() {
        super(
                "MISS",
                MissConfig.class,
                MissConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.number("miss_dropout", CommonOptions.DROPOUT),
                Field.of(MissFormat::writeKind, MissFormat::readKind),
                Field.bias("MiSS_only"),
                Field.moduleDropout().ifSet(),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    private static void writeKind(MethodConfig config, Map<String, JsonElement> fields) {
        int mini = config.get(MissConfig.MINI);
        boolean none = mini == MissConfig.NONE;
        fields.put(KIND, none ? new JsonPrimitive(true) : new JsonPrimitive(MINI));
        fields.put(MINI_RANK, new JsonPrimitive(none ? 1 : mini));
    }

    private static void readKind(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        int mini = fields.integer(MINI_RANK, 1);
        if (!fields.isString(KIND)) {
            return;
        }
        String kind = fields.string(KIND, "");
        if (!kind.equals(MINI)) {
            throw fields.invalid(
                    ("the field '%s' is '%s': such an adapter multiplies blocks of the weight by"
                                    + " matrices of their own, which is not known here; train it"
                                    + " in PEFT with true or '%s'")
                            .formatted(KIND, kind, MINI));
        }
        config.set(MissConfig.MINI, mini);
    }
}
