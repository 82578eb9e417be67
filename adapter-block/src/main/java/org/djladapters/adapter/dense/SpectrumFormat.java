/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.dense;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.SpectrumConfig;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/**
 * The format of FourierFT or WaveFT with the fields of PEFT. A probability of module dropout is a
 * field of our own.
 */
public abstract class SpectrumFormat extends MethodFormat {

    private static final String FREQUENCIES = "n_frequency";
    private static final String PATTERN = "n_frequency_pattern";

    /** Describes the format of a method by its name, the word for its biases and its own fields. */
    protected SpectrumFormat(
            String peftType,
            String biases,
            Class<? extends SpectrumConfig> type,
            Supplier<? extends MethodConfig.Builder<?>> builder,
            Field... own) {
        super(peftType, type, builder, withCommon(biases, own));
    }

    private static Field[] withCommon(String biases, Field... own) {
        Stream<Field> common =
                Stream.of(
                        Field.integer(FREQUENCIES, CommonOptions.FREQUENCIES),
                        Field.number("scaling", CommonOptions.UPDATE_SCALING),
                        Field.integer("random_loc_seed", CommonOptions.FREQUENCY_SEED),
                        Field.integers(
                                PATTERN, CommonOptions.FREQUENCY_PATTERN, ModulePatterns::inOrder),
                        Field.bias(biases),
                        Field.moduleDropout().ifSet(),
                        Field.alwaysFalse("fan_in_fan_out"),
                        Field.written("init_weights", new JsonPrimitive(true)),
                        Field.written("exclude_modules", JsonNull.INSTANCE));
        return Stream.concat(common, Stream.of(own)).toArray(Field[]::new);
    }

    @Override
    public List<String> patternFields() {
        return List.of(PATTERN);
    }

    /** PEFT looks for patterns behind a dot, where an anchor matches nothing: paths instead. */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        super.writeLayers(weights, fields);
        Map<String, Integer> patterns = new LinkedHashMap<>();
        fields.get(PATTERN)
                .getAsJsonObject()
                .asMap()
                .forEach((pattern, count) -> patterns.put(pattern, count.getAsInt()));
        if (weights.isEmpty() || patterns.keySet().stream().noneMatch(p -> p.matches(".*[|^].*"))) {
            return;
        }
        int standard = fields.get(FREQUENCIES).getAsInt();
        ModulePatterns<Integer> counts = ModulePatterns.inOrder(patterns);
        Map<String, Integer> listed = new LinkedHashMap<>();
        for (WeightSpec weight : weights) {
            int count = counts.valueFor(weight.path(), standard);
            if (count != standard) {
                listed.put(weight.path(), count);
            }
        }
        fields.put(PATTERN, Field.object(ModulePatterns.inOrder(listed)));
    }
}
