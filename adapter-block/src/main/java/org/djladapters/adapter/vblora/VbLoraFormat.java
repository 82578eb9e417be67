/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/** VB-LoRA adapters with the fields of PEFT. Module dropout is a field of our own. */
final class VbLoraFormat extends MethodFormat {

    private static final String LENGTH = "vector_length";
    private static final int DEFAULT_LENGTH = 256;

    VbLoraFormat() {
        super(
                "VBLORA",
                VbLoraConfig.class,
                () -> VbLoraConfig.builder().optLength(DEFAULT_LENGTH),
                Field.integer("r", CommonOptions.RANK),
                Field.integer("num_vectors", VbLoraConfig.VECTORS),
                Field.integer(LENGTH, VbLoraConfig.LENGTH),
                Field.integer("topk", VbLoraConfig.TOP),
                Field.bool("save_only_topk_weights", VbLoraConfig.CHOSEN),
                Field.number("vblora_dropout", CommonOptions.DROPOUT),
                Field.bias("vblora_only"),
                Field.moduleDropout().ifSet(),
                Field.alwaysFalse("fan_in_fan_out"),
                // how PEFT starts, and so do we
                start("init_logits_std", 0.1),
                start("init_vector_bank_bound", 0.02),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    private static Field start(String key, double value) {
        return Field.of(
                (config, fields) -> fields.put(key, new JsonPrimitive(value)),
                (fields, config) -> fields.ignore(key));
    }

    /** PEFT wants a length. */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        super.writeLayers(weights, fields);
        if (fields.get(LENGTH).getAsInt() == VbLoraConfig.FITTING) {
            int length = VbLoraConfig.builder().build().length(weights);
            fields.put(LENGTH, new JsonPrimitive(length));
        }
    }

    /** Indices must be those of vectors that the bank has. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        if (parameter.endsWith(VbLoraAdapter.INDICES)) {
            int vectors = ((VbLoraConfig) config).vectors();
            long smallest = stored.min().getLong();
            long largest = stored.max().getLong();
            if (smallest < 0 || largest >= vectors) {
                throw new IllegalArgumentException(
                        ("Module %s mixes vector %d of a bank that has those from 0 to %d; the"
                                        + " adapter is damaged or its num_vectors is wrong")
                                .formatted(
                                        block.weight().path(),
                                        smallest < 0 ? smallest : largest,
                                        vectors - 1));
            }
        }
        return stored;
    }
}
