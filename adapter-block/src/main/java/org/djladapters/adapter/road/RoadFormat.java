/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import com.google.gson.JsonPrimitive;
import java.util.List;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * RoAd adapters with the fields of PEFT. Trained biases and module dropout, which it has not for
 * RoAd, are written only where they are set.
 */
final class RoadFormat extends MethodFormat {

    RoadFormat() {
        super(
                "ROAD",
                RoadConfig.class,
                RoadConfig::builder,
                Field.word(
                        "variant",
                        RoadConfig.VARIANT,
                        List.of(RoadVariant.values()),
                        RoadVariant::toString),
                Field.integer("group_size", RoadConfig.GROUP_SIZE),
                Field.bias("road_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.CHOICES;
    }
}
