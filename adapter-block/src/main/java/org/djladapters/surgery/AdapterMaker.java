/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

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
import java.util.Objects;
import java.util.function.Function;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.TransformKernel;

/** Makes the Blocks and parameters of an adapter for a base. */
final class AdapterMaker {

    private final Host host;
    private final ModelDirectory directory;

    AdapterMaker(Host host, ModelDirectory directory) {
        this.host = host;
        this.directory = directory;
    }

    Adapter make(
            String name,
            AdapterConfig config,
            HeadConfig headConfig,
            Function<List<WeightSpec>, List<WeightAdapter>> factory) {
        Map<String, NDArray> saved = savedModules(config);
        List<Site> sites = sites(config, saved);
        List<WeightAdapter> made = factory.apply(sites.stream().map(Site::weight).toList());
        Map<Site, WeightAdapter> blocks = new LinkedHashMap<>();
        for (int i = 0; i < sites.size(); i++) {
            blocks.put(sites.get(i), made.get(i));
        }
        addParameters(config, sites, saved);
        Head head = headConfig == null ? null : new Head(headConfig, features());
        Map<String, Parameter> copies = new LinkedHashMap<>();
        Adapter adapter = new Adapter(name, config, blocks, copies, head);
        try {
            saved.forEach((parameter, array) -> copies.put(parameter, copy(parameter, array)));
            initialize(adapter);
            return adapter;
        } catch (RuntimeException e) {
            adapter.close();
            throw e;
        }
    }

    private void initialize(Adapter adapter) {
        NDManager manager = host.manager();
        adapter.sites()
                .forEach(
                        (site, block) -> {
                            WeightSpec weight = site.weight();
                            block.initialize(manager, weight.parameterType(), weight.shape());
                            block.start(host.parameters().get(site.parameter()));
                        });
        if (adapter.head() != null) {
            adapter.head().initialize(manager);
        }
    }

    private List<Site> sites(AdapterConfig config, Map<String, NDArray> saved) {
        Targets targets = config.targets();
        if (targets.isNone()) {
            return List.of();
        }
        List<Site> sites = new SiteSelector(host.sites(), host.modules()).select(targets);
        List<Site> free = sites.stream().filter(s -> !saved.containsKey(s.parameter())).toList();
        if (!targets.isAllLinear() && free.size() < sites.size()) {
            Site both =
                    sites.stream().filter(s -> saved.containsKey(s.parameter())).findFirst().get();
            throw new IllegalArgumentException(
                    "Module "
                            + both.path()
                            + " is a target and also one of the modules that are trained in full;"
                            + " exclude it from one of them.");
        }
        return free;
    }

    /** The base's parameters that belong to the modules to save. */
    private Map<String, NDArray> savedModules(AdapterConfig config) {
        Map<String, NDArray> saved = new LinkedHashMap<>();
        for (String suffix : config.modulesToSave()) {
            List<String> roots =
                    host.modules().stream()
                            .filter(path -> Targets.hasSuffix(path, List.of(suffix)))
                            .toList();
            int before = saved.size();
            host.parameters()
                    .forEach(
                            (name, array) -> {
                                if (roots.stream().anyMatch(r -> name.startsWith(r + "."))) {
                                    saved.put(name, array);
                                }
                            });
            if (saved.size() == before) {
                throw new IllegalArgumentException(
                        "There is no module '"
                                + suffix
                                + "' with parameters that could be trained in full; the model's"
                                + " outermost modules are "
                                + host.modules().stream().filter(m -> !m.contains(".")).toList()
                                + ".");
            }
        }
        return saved;
    }

    /** Adds what of the base trains besides the modules to save. */
    private void addParameters(AdapterConfig config, List<Site> sites, Map<String, NDArray> saved) {
        Map<String, NDArray> base = host.parameters();
        if (config.bias() == Bias.ADAPTED) {
            sites.stream()
                    .map(Site::bias)
                    .filter(Objects::nonNull)
                    .forEach(name -> saved.put(name, base.get(name)));
        }
        base.forEach(
                (name, array) -> {
                    boolean trained = config.trains(name) && array.getDataType().isFloating();
                    // tied weights have one copy, so that they stay tied
                    if (trained && host.tied(name).stream().noneMatch(saved::containsKey)) {
                        saved.put(name, array);
                    }
                });
    }

    /** A copy to train, at least in float32, in which small steps are not lost. */
    private Parameter copy(String name, NDArray array) {
        try (NDManager scope = host.manager().newSubManager();
                NDArray duplicate = array.duplicate()) {
            boolean wide = array.getDataType() == DataType.FLOAT64;
            DataType type = wide ? DataType.FLOAT64 : DataType.FLOAT32;
            NDArray like = scope.create(new Shape(0), type);
            NDArray copy = TransformKernel.cast(duplicate, like, host.manager());
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

    private long features() {
        if (directory == null) {
            throw new IllegalArgumentException(
                    "A head needs the width of the model's features, which only a model directory"
                            + " tells; put a Linear on top of the Block instead.");
        }
        try {
            return directory
                    .hiddenSize()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            directory.path().resolve("config.json")
                                                    + " does not tell the width of the model's"
                                                    + " features (hidden_size), which a head"
                                                    + " needs."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
