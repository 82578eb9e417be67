/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lowrank;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;

/** The fields of PEFT's LoRA that its other methods of that kind have too. */
public final class LoraFields {

    private static final int DEFAULT_GROUP = 16;
    private static final String DEFAULT_CORE = "megatron.core";

    private LoraFields() {}

    /** Returns the options of PEFT that are not known here, or do not matter. */
    public static Field others() {
        return Field.of(LoraFields::write, LoraFields::ignore);
    }

    /** Writes that they are not used. */
    private static void write(MethodConfig config, Map<String, JsonElement> fields) {
        for (String option :
                List.of(
                        "corda_config",
                        "eva_config",
                        "exclude_modules",
                        "layer_replication",
                        "megatron_config",
                        "target_parameters",
                        "trainable_token_indices")) {
            fields.put(option, JsonNull.INSTANCE);
        }
        fields.put("loftq_config", new JsonObject());
        fields.put("megatron_core", new JsonPrimitive(DEFAULT_CORE));
        fields.put("qalora_group_size", new JsonPrimitive(DEFAULT_GROUP));
        fields.put("use_qalora", new JsonPrimitive(false));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
    }

    private static void ignore(ConfigFields fields, MethodConfig.Builder<?> config) {
        fields.ignore(
                "corda_config",
                "eva_config",
                "fan_in_fan_out", // the model tells how it stores its weights
                "loftq_config",
                "megatron_core",
                "qalora_group_size");
    }
}
