/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/** HRA adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class HraFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "hra_only";
    private static final String GRAM_SCHMIDT = "apply_GS";
    private static final String MODULE_DROPOUT = "module_dropout";

    @Override
    public String peftType() {
        return "HRA";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof HraConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        HraConfig hra = (HraConfig) config;
        fields.put("r", new JsonPrimitive(hra.rank()));
        fields.put(GRAM_SCHMIDT, new JsonPrimitive(false));
        fields.put("init_weights", new JsonPrimitive(true));
        BiasField.write(hra.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(hra.targets(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
        if (hra.moduleDropout() > 0) {
            fields.put(MODULE_DROPOUT, new JsonPrimitive(hra.moduleDropout()));
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        if (fields.bool(GRAM_SCHMIDT, false)) {
            // one less twice a projection is never the identity, so it has no place to start from
            throw fields.invalid(
                    "the field '"
                            + GRAM_SCHMIDT
                            + "' is true, but vectors that are made orthogonal before they reflect"
                            + " are not supported; train the adapter without it",
                    null);
        }
        HraConfig.Builder config =
                HraConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS));
        int rank = fields.integer("r", HraConfig.DEFAULT_RANK);
        double moduleDropout = fields.number(MODULE_DROPOUT, 0);
        try {
            return config.optRank(rank).optModuleDropout(moduleDropout).build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    @Override
    public List<WeightAdapter> newAdapters(AdapterConfig config, List<WeightSpec> weights) {
        return ((HraConfig) config).adaptersForCheckpoint(weights);
    }

    /** A vector must have a direction. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        NDArray squares = stored.square().sum(new int[] {0}).toType(DataType.FLOAT64, false);
        double smallest = squares.min().getDouble();
        if (!(smallest > 0 && Double.isFinite(squares.max().getDouble()))) {
            throw new IllegalArgumentException(
                    "Module "
                            + block.weight().path()
                            + " has a vector without a direction, whose length is zero or can't be"
                            + " computed; the adapter is damaged or its training diverged");
        }
        return stored;
    }
}
