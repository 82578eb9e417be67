/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import com.google.gson.JsonPrimitive;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/** VeRA adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class VeraFormat extends MethodFormat {

    VeraFormat() {
        super(
                "VERA",
                VeraConfig.class,
                VeraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.number("d_initial", VeraConfig.INITIAL),
                Field.integer("projection_prng_key", VeraConfig.SEED),
                Field.bool("save_projection", VeraConfig.SAVE_PROJECTIONS),
                Field.number("vera_dropout", CommonOptions.DROPOUT),
                Field.bias("vera_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)));
    }
}
