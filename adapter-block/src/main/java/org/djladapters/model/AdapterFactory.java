/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Head;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.pass.Heads;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the Blocks and parameters of an adapter for a base model. */
final class AdapterFactory {

    private static final Logger logger = LoggerFactory.getLogger(AdapterFactory.class);

    private final BaseModel baseModel;
    private final ModelDirectory directory;

    AdapterFactory(BaseModel baseModel, ModelDirectory directory) {
        this.baseModel = baseModel;
        this.directory = directory;
    }

    Adapter make(
            String name,
            AdapterConfig config,
            HeadConfig headConfig,
            Function<List<WeightSpec>, List<WeightAdapter>> factory) {
        AdapterConfig used =
                headConfig != null
                                && Heads.isPooler(headConfig)
                                && baseModel.facts().pooler().isPresent()
                        ? config.withTargets(config.targets().withPooler())
                        : config;
        AdapterSpec spec = ModelSpec.of(baseModel, directory).adapter(used, factory);
        Head head = headConfig == null ? null : new Head(headConfig, features(headConfig));
        Map<String, NDArray> base = baseModel.parameters();
        Map<String, Parameter> copies = new LinkedHashMap<>();
        Adapter adapter = new Adapter(name, spec, copies, head);
        try {
            spec.trained().keySet().forEach(key -> copies.put(key, copy(key, base.get(key))));
            initialize(adapter);
            spec.warnings().forEach(warning -> logger.warn("Adapter {}: {}", name, warning));
            return adapter;
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    private void initialize(Adapter adapter) {
        NDManager manager = baseModel.manager();
        adapter.targetModules()
                .forEach(
                        (targetModule, block) -> {
                            WeightSpec weight = targetModule.weight();
                            requireOwnWeight(targetModule, block);
                            block.initialize(manager, weight.parameterType(), weight.shape());
                            NDArray base = baseModel.parameters().get(targetModule.parameter());
                            weight.named(() -> start(block, base));
                        });
        if (adapter.head() != null) {
            adapter.head().initialize(manager);
        }
    }

    private void requireOwnWeight(TargetModule module, WeightAdapter block) {
        List<String> tied = baseModel.facts().tied(module.parameter());
        if (block.needsOwnWeight() && !tied.isEmpty()) {
            throw new IllegalArgumentException(
                    "Module %s: its weight is also %s, which would have to change with it; this is not done here"
                            .formatted(module.path(), tied.get(0)));
        }
    }

    private static WeightAdapter start(WeightAdapter block, NDArray base) {
        block.initializeFrom(base);
        return block;
    }

    /** Makes a copy to train, at least in float32, in which small steps are not lost. */
    private Parameter copy(String name, NDArray array) {
        try (NDManager scope = baseModel.manager().newSubManager();
                NDArray duplicate = array.duplicate()) {
            boolean isDouble = array.getDataType() == DataType.FLOAT64;
            DataType type = isDouble ? DataType.FLOAT64 : DataType.FLOAT32;
            NDArray typed = scope.create(new Shape(0), type);
            NDArray copy = TransformKernel.cast(duplicate, typed, baseModel.manager());
            Parameter parameter =
                    Parameter.builder()
                            .setName(name.substring(name.lastIndexOf('.') + 1))
                            .setType(Parameter.Type.OTHER)
                            .optArray(copy)
                            .build();
            parameter.freeze(false);
            return parameter;
        }
    }

    private long features(HeadConfig head) {
        if (Heads.isPooler(head) && !Heads.arePooled(baseModel)) {
            throw new IllegalArgumentException(
                    "The model returns no %s, which a head with %s pooling needs; take a model with its pooler, or choose another pooling"
                            .formatted(Heads.POOLED, head.pooling()));
        }
        return head.vectors() * width();
    }

    private long width() {
        if (directory == null) {
            throw new IllegalArgumentException(
                    "A head needs the width of the model's features, which only a model"
                            + " directory provides; put a Linear on top of the Block instead");
        }
        try {
            return directory
                    .hiddenSize()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            directory.path().resolve("config.json")
                                                    + " lacks hidden_size, the width of the"
                                                    + " model's features, which a head needs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
