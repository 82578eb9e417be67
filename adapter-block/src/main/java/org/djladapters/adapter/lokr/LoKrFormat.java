/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lokr;

import com.google.gson.JsonPrimitive;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.lycoris.LycorisFormat;

/** LoKr adapters with the fields of PEFT. */
final class LoKrFormat extends LycorisFormat {

    LoKrFormat() {
        super(
                "LOKR",
                LoKrConfig.class,
                LoKrConfig::builder,
                Field.bool("decompose_both", LoKrConfig.BOTH),
                Field.integer("decompose_factor", LoKrConfig.FACTOR),
                Field.of(
                        (config, fields) ->
                                fields.put("rank_dropout_scale", new JsonPrimitive(false)),
                        (fields, config) -> fields.ignore("rank_dropout_scale")));
    }
}
