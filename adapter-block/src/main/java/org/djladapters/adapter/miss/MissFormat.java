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
    private static final String BLOCKS = "bat";
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
        String kind = config.get(MissConfig.BLOCKS) ? BLOCKS : MINI;
        boolean plain = none && !config.get(MissConfig.BLOCKS);
        fields.put(KIND, plain ? new JsonPrimitive(true) : new JsonPrimitive(kind));
        fields.put(MINI_RANK, new JsonPrimitive(none ? 1 : mini));
    }

    private static void readKind(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        int mini = fields.integer(MINI_RANK, 1);
        if (!fields.isString(KIND)) {
            return;
        }
        String kind = fields.string(KIND, "");
        config.set(MissConfig.BLOCKS, kind.equals(BLOCKS));
        if (kind.equals(BLOCKS)) {
            return;
        }
        if (!kind.equals(MINI)) {
            throw fields.unexpected(KIND, kind, "true, '" + MINI + "' or '" + BLOCKS + "'");
        }
        config.set(MissConfig.MINI, mini);
    }
}
