/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.singular.BasisRecord;

/** LoRA-XS adapters, with fields like those of LoRA. PEFT does not know them. */
final class LoraXsFormat extends MethodFormat {

    LoraXsFormat() {
        super(
                "LORAXS",
                LoraXsConfig.class,
                LoraXsConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.number("alpha", LoraXsConfig.ALPHA),
                Field.number("dropout", CommonOptions.DROPOUT),
                Field.bias("loraxs_only"),
                Field.moduleDropout().ifSet());
    }

    @Override
    public boolean isReadByPeft() {
        return false;
    }

    /** Files of older versions have no signs. */
    @Override
    public boolean mayLack(String fixed) {
        return BasisRecord.isSigns(fixed);
    }
}
