/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * Uni-LoRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class UniLoraFormat extends MethodFormat {

    private static final String INDICES = "unilora_indices_";

    UniLoraFormat() {
        super(
                "UNILORA",
                UniLoraConfig.class,
                UniLoraConfig::builder,
                Field.integer("r", CommonOptions.RANK),
                Field.integer("theta_d_length", UniLoraConfig.VECTOR_LENGTH),
                Field.longInteger("proj_seed", UniLoraConfig.SEED),
                Field.number("init_theta_d_bound", UniLoraConfig.INITIAL_BOUND),
                Field.number("unilora_dropout", CommonOptions.DROPOUT),
                Field.bool("save_indices", UniLoraConfig.SAVE_INDICES),
                Field.bias("unilora_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    /**
     * Names all layers, whatever chose them: the same choice may take more of PEFT's model, which
     * may have a classifier or a pooler that this one has not, and with other layers PEFT would
     * draw other indices for all.
     */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        super.writeLayers(weights, fields);
        if (!weights.isEmpty()) {
            fields.remove("exclude_modules");
            String[] paths = weights.stream().map(WeightSpec::path).toArray(String[]::new);
            TargetFields.write(Targets.of(paths), fields);
        }
    }

    /** Indices must be those of entries that the vector has. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        if (parameter.startsWith(INDICES)) {
            int length = ((UniLoraConfig) config).vectorLength();
            long smallest = stored.min().getLong();
            long largest = stored.max().getLong();
            if (smallest < 0 || largest >= length) {
                throw new IllegalArgumentException(
                        ("Module %s uses entry %d of a vector that has those from 0 to %d; the"
                                        + " adapter is damaged or its theta_d_length is wrong")
                                .formatted(
                                        block.weight().path(),
                                        smallest < 0 ? smallest : largest,
                                        length - 1));
            }
        }
        return stored;
    }
}
