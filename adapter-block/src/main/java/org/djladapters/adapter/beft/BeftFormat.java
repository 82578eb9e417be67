/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import com.google.gson.JsonPrimitive;
import java.util.List;
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
    protected List<String> unknownTargetFields() {
        return TargetFields.CHOICES;
    }
}
