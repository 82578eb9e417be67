/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/** C3A adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class C3aFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "c3a_only";
    private static final String BLOCK_SIZE = "block_size";
    private static final String BLOCK_SIZES = "block_size_pattern";
    private static final String INIT = "init_weights";
    private static final String MODULE_DROPOUT = "module_dropout";
    private static final int DEFAULT_BLOCK_SIZE = 256;

    @Override
    public String peftType() {
        return "C3A";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof C3aConfig;
    }

    @Override
    public List<String> patternFields() {
        return List.of(BLOCK_SIZES);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        C3aConfig c3a = (C3aConfig) config;
        fields.put(BLOCK_SIZE, new JsonPrimitive(c3a.blockSize()));
        fields.put(BLOCK_SIZES, object(c3a.blockSizePatterns().values()));
        fields.put(INIT, init(c3a.init()));
        BiasField.write(c3a.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(c3a.targets(), fields);
        if (c3a.moduleDropout() > 0) {
            fields.put(MODULE_DROPOUT, new JsonPrimitive(c3a.moduleDropout()));
        }
    }

    private static JsonObject object(Map<String, Integer> sizes) {
        JsonObject object = new JsonObject();
        sizes.forEach(object::addProperty);
        return object;
    }

    /** PEFT takes true for zeros, and false for its default. */
    private static JsonPrimitive init(C3aInit init) {
        return init == C3aInit.ZEROS ? new JsonPrimitive(true) : new JsonPrimitive(init.toString());
    }

    /** PEFT wants one size for all layers and sizes of others, by patterns without {@code ^}. */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        TargetFields.listInstead(weights, fields, "exclude_modules");
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
        fields.put(BLOCK_SIZES, object(others));
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        C3aConfig.Builder config =
                C3aConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optInit(init(fields));
        int blockSize = fields.integer(BLOCK_SIZE, DEFAULT_BLOCK_SIZE);
        Map<String, Integer> blockSizes = fields.integerMap(BLOCK_SIZES);
        double moduleDropout = fields.number(MODULE_DROPOUT, 0);
        try {
            return config.optBlockSize(blockSize)
                    .optBlockSizePattern(blockSizes)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    private static C3aInit init(ConfigFields fields) throws IOException {
        if (!fields.isString(INIT)) {
            return fields.bool(INIT, false) ? C3aInit.ZEROS : C3aInit.XAVIER_UNIFORM;
        }
        String word = fields.string(INIT, "");
        for (C3aInit init : C3aInit.values()) {
            if (init.toString().equals(word)) {
                return init;
            }
        }
        throw fields.invalid(
                "the field '"
                        + INIT
                        + "' is "
                        + quote(word)
                        + " where true, false, xavier_uniform, kaiming_uniform or gaussian is"
                        + " expected; get or save the file again",
                null);
    }

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((C3aConfig) config).adaptersForCheckpoint(weights);
    }
}
