/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.adalora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.lowrank.LoraFields;

/**
 * AdaLoRA adapters with the fields of PEFT. A layer of PEFT's may have fewer ranks than the others;
 * here and in files written here the ranks that it lacks are zeros, so that {@code rank_pattern} is
 * not needed. A probability of module dropout is a field of our own.
 */
final class AdaLoraFormat extends MethodFormat {

    private static final String UP = "lora_B";

    AdaLoraFormat() {
        super(
                "ADALORA",
                AdaLoraConfig.class,
                AdaLoraConfig::builder,
                LoraFields.others(),
                Field.integer("init_r", CommonOptions.RANK),
                Field.plainNumber("lora_alpha", CommonOptions.ALPHA),
                Field.number("lora_dropout", CommonOptions.DROPOUT),
                Field.bias("lora_only"),
                Field.moduleDropout().ifSet(),
                Field.written("init_lora_weights", new JsonPrimitive(true)),
                Field.written("rank_pattern", JsonNull.INSTANCE),
                // PEFT refuses a configuration without
                Field.written("total_step", new JsonPrimitive(1)),
                Field.of((config, fields) -> {}, AdaLoraFormat::ignoreTraining));
    }

    /** Ignores how PEFT trained, and fields of LoRA that its AdaLoRA does not read. */
    private static void ignoreTraining(ConfigFields fields, MethodConfig.Builder<?> config) {
        fields.ignore(
                "beta1",
                "beta2",
                "deltaT",
                "init_lora_weights",
                "lora_bias",
                "orth_reg_weight",
                "r",
                "rank_pattern",
                "target_r",
                "tfinal",
                "tinit",
                "total_step",
                "use_rslora");
    }

    /** A file may have fewer ranks. */
    @Override
    public List<Shape> shapes(AdapterConfig config, WeightAdapter block, String parameter) {
        Shape own = block.getDirectParameters().get(parameter).getArray().getShape();
        int rank = ((AdaLoraConfig) config).rank();
        return IntStream.rangeClosed(0, rank)
                .mapToObj(r -> rank - r)
                .map(r -> withRank(own, parameter, r))
                .toList();
    }

    private static Shape withRank(Shape shape, String parameter, int rank) {
        return parameter.equals(UP) ? new Shape(shape.get(0), rank) : new Shape(rank, shape.get(1));
    }

    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        int axis = parameter.equals(UP) ? 1 : 0;
        int rank = ((AdaLoraConfig) config).rank();
        int missing = rank - Math.toIntExact(stored.getShape().get(axis));
        if (missing == 0) {
            return stored;
        }
        Shape rest = withRank(stored.getShape(), parameter, missing);
        NDArray zeros = stored.getManager().zeros(rest, stored.getDataType());
        return missing == rank ? zeros : stored.concat(zeros, axis);
    }
}
