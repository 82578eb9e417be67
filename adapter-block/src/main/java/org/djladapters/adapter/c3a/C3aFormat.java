/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/** C3A adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class C3aFormat extends MethodFormat {

    private static final String BLOCK_SIZE = "block_size";
    private static final String BLOCK_SIZES = "block_size_pattern";
    private static final int DEFAULT_BLOCK_SIZE = 256;

    C3aFormat() {
        super(
                "C3A",
                C3aConfig.class,
                () ->
                        C3aConfig.builder()
                                .optBlockSize(DEFAULT_BLOCK_SIZE)
                                .optInit(C3aInit.XAVIER_UNIFORM),
                Field.integer(BLOCK_SIZE, C3aConfig.BLOCK_SIZE),
                Field.integers(BLOCK_SIZES, C3aConfig.BLOCK_SIZE_PATTERN, ModulePatterns::inOrder),
                Field.of("init_weights", C3aConfig.INIT, C3aFormat::written, C3aFormat::init),
                Field.bias("c3a_only"),
                Field.moduleDropout().ifSet());
    }

    @Override
    public List<String> patternFields() {
        return List.of(BLOCK_SIZES);
    }

    /** PEFT takes true for zeros, and false for its default. */
    private static JsonPrimitive written(C3aInit init) {
        return init == C3aInit.ZEROS ? new JsonPrimitive(true) : new JsonPrimitive(init.toString());
    }

    private static C3aInit init(ConfigFields fields, String key) throws IOException {
        if (!fields.isString(key)) {
            return fields.bool(key, false) ? C3aInit.ZEROS : C3aInit.XAVIER_UNIFORM;
        }
        String word = fields.string(key, "");
        for (C3aInit init : C3aInit.values()) {
            if (init.toString().equals(word)) {
                return init;
            }
        }
        throw fields.unexpected(
                key, word, "true, false, xavier_uniform, kaiming_uniform or gaussian");
    }

    @Override
    protected List<String> unknownTargetFields() {
        return TargetFields.EXCLUDED;
    }

    /** PEFT wants one size for all layers and sizes of others, by patterns without {@code ^}. */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        super.writeLayers(weights, fields);
        C3aConfig.Builder config = C3aConfig.builder();
        Map<String, Integer> patterns = new LinkedHashMap<>();
        fields.get(BLOCK_SIZES)
                .getAsJsonObject()
                .asMap()
                .forEach((pattern, size) -> patterns.put(pattern, size.getAsInt()));
        int size = fields.get(BLOCK_SIZE).getAsInt();
        boolean isReadByPeft = patterns.keySet().stream().noneMatch(p -> p.matches(".*[|^].*"));
        if ((size != C3aConfig.LARGEST && isReadByPeft) || weights.isEmpty()) {
            return;
        }
        if (size != C3aConfig.LARGEST) {
            config.optBlockSize(size);
        }
        C3aConfig sizes = config.optBlockSizePattern(patterns).build();
        int first = size == C3aConfig.LARGEST ? sizes.blockSize(weights.get(0)) : size;
        Map<String, Integer> others = new LinkedHashMap<>();
        for (WeightSpec weight : weights) {
            if (sizes.blockSize(weight) != first) {
                others.put(weight.path(), sizes.blockSize(weight));
            }
        }
        fields.put(BLOCK_SIZE, new JsonPrimitive(first));
        fields.put(BLOCK_SIZES, Field.object(ModulePatterns.inOrder(others)));
    }
}
