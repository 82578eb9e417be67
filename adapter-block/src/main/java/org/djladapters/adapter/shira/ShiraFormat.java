/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.shira;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * SHiRA adapters with the fields of PEFT. Trained biases and module dropout, which it has not for
 * SHiRA, are written only where they are set.
 */
final class ShiraFormat extends MethodFormat {

    ShiraFormat() {
        super(
                "SHIRA",
                ShiraConfig.class,
                ShiraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.integer("random_seed", ShiraConfig.SEED),
                Field.bias("shira_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                // the places are in the file
                Field.of(
                        (config, fields) -> fields.put("mask_type", new JsonPrimitive("random")),
                        (fields, config) -> fields.ignore("mask_type")),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.CHOICES;
    }

    /** Places must be those of entries that the weight has. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        if (parameter.equals(ShiraAdapter.PLACES)) {
            int[] sides = {block.weight().features(), block.weight().inputs()};
            for (int axis = 0; axis < sides.length; axis++) {
                NDArray along = stored.get(new NDIndex("{}", axis));
                if (along.min().getInt() < 0 || along.max().getInt() >= sides[axis]) {
                    throw new IllegalArgumentException(
                            ("Module %s trains an entry outside its weight of %d outputs and %d"
                                            + " inputs; the adapter is damaged or belongs to"
                                            + " another model")
                                    .formatted(block.weight().path(), sides[0], sides[1]));
                }
            }
        }
        return stored;
    }
}
