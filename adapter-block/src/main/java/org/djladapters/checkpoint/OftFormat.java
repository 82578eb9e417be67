/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.OftConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.MalformedFileException;
import org.djladapters.rotation.OrthogonalMap;

/**
 * OFT adapters, with the fields of PEFT 0.17.1. Files of PEFT before 0.16, which computed something
 * else, are refused as PEFT itself refuses them.
 */
final class OftFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "oft_only";
    private static final String SIZE = "oft_block_size";
    private static final String OLD =
            "it is an OFT adapter of PEFT before 0.16, which computed something else; train it"
                    + " again";
    private static final double DEFAULT_BOUND = 6e-5;
    private static final int DEFAULT_TERMS = 5;

    @Override
    public String peftType() {
        return "OFT";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof OftConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        OftConfig oft = (OftConfig) config;
        fields.put("r", new JsonPrimitive(oft.blocks()));
        fields.put(SIZE, new JsonPrimitive(oft.blockSize()));
        fields.put("block_share", new JsonPrimitive(oft.shared()));
        fields.put("coft", new JsonPrimitive(oft.constrained()));
        fields.put("eps", new JsonPrimitive(oft.constrained() ? oft.bound() : DEFAULT_BOUND));
        fields.put("use_cayley_neumann", new JsonPrimitive(oft.map() == OrthogonalMap.NEUMANN));
        fields.put("num_cayley_neumann_terms", new JsonPrimitive(oft.terms()));
        fields.put("module_dropout", new JsonPrimitive(oft.moduleDropout()));
        fields.put("init_weights", new JsonPrimitive(true));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        BiasField.write(oft.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(oft.targets(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        if (!fields.has(SIZE)) {
            throw fields.invalid("has no field '" + SIZE + "'; " + OLD, null);
        }
        OftConfig.Builder config =
                OftConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optShared(fields.bool("block_share", false))
                        .optMap(
                                fields.bool("use_cayley_neumann", true)
                                        ? OrthogonalMap.NEUMANN
                                        : OrthogonalMap.CAYLEY);
        int blocks = fields.integer("r", 0);
        int size = fields.integer(SIZE, 0);
        int terms = fields.integer("num_cayley_neumann_terms", DEFAULT_TERMS);
        boolean constrained = fields.bool("coft", false);
        double bound = fields.number("eps", DEFAULT_BOUND);
        double dropout = fields.number("module_dropout", 0);
        // of no effect, since the weight's kind is known
        fields.bool("fan_in_fan_out", false);
        DivisionFields.requireOne(fields, "r", blocks, SIZE, size);
        try {
            if (constrained) {
                config.optConstrained(bound);
            }
            if (size != 0) {
                config.optBlockSize(size);
            } else {
                config.optBlocks(blocks);
            }
            return config.optTerms(terms).optModuleDropout(dropout).build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    @Override
    public void check(Path file, Set<String> tensors) throws MalformedFileException {
        for (String name : tensors) {
            if (name.contains(".oft_r.") || name.endsWith(".oft_r")) {
                throw new MalformedFileException(
                        file, "has the tensor " + quote(name) + "; " + OLD);
            }
        }
    }

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((OftConfig) config).adaptersForCheckpoint(weights);
    }
}
