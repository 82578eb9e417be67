/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.supertuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * SuperTuning adapters with the fields of PEFT. Trained biases and module dropout are fields of our
 * own.
 */
final class SupertuningFormat extends MethodFormat {

    private static final String LARGEST = "select_top";
    private static final String RANK = "r";

    SupertuningFormat() {
        super(
                "SUPERTUNING",
                SupertuningConfig.class,
                SupertuningConfig::builder,
                Field.number("sparsity", SupertuningConfig.SPARSITY),
                Field.of(SupertuningFormat::write, SupertuningFormat::read),
                Field.bias("supertuning_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)));
    }

    private static void write(MethodConfig config, Map<String, JsonElement> fields) {
        fields.put(LARGEST, new JsonPrimitive(!config.get(SupertuningConfig.SMALLEST)));
        fields.put("save_precomputed_indices", new JsonPrimitive(true));
        fields.put(RANK, JsonNull.INSTANCE);
        fields.put("lora_alpha", JsonNull.INSTANCE);
        fields.put("lora_dropout", new JsonPrimitive(0.0));
    }

    private static void read(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        config.set(SupertuningConfig.SMALLEST, !fields.bool(LARGEST, true));
        fields.ignore("save_precomputed_indices", "lora_alpha", "lora_dropout");
        if (fields.integer(RANK, 0) != 0) {
            throw fields.invalid(
                    "the field 'r' is "
                            + fields.integer(RANK, 0)
                            + ": a product of low rank beside the entries is not known here; train"
                            + " a LoRA adapter beside one without it");
        }
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.CHOICES;
    }

    /** Without them the places are found in the weight again. */
    @Override
    public boolean mayLack(String fixed) {
        return fixed.equals(SupertuningAdapter.PLACES);
    }

    /** Places must be those of entries that the weight has. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        if (parameter.equals(SupertuningAdapter.PLACES)) {
            long size = block.weight().shape().size();
            for (long place : stored.toType(DataType.INT64, false).toLongArray()) {
                if (place < 0 || place >= size) {
                    throw new IllegalArgumentException(
                            "Module %s has %d entries, of which the file names number %d; save the adapter again"
                                    .formatted(block.weight().path(), size, place));
                }
            }
        }
        return stored;
    }
}
