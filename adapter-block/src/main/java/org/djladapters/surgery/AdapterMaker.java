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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.TransformKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the Blocks and parameters of an adapter for a base. */
final class AdapterMaker {

    private static final Logger logger = LoggerFactory.getLogger(AdapterMaker.class);

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
        Selection selection = select(config, saved);
        Head head = headConfig == null ? null : new Head(headConfig, features());
        List<Site> sites = selection.sites();
        List<WeightAdapter> made = factory.apply(sites.stream().map(Site::weight).toList());
        Map<Site, WeightAdapter> blocks = new LinkedHashMap<>();
        for (int i = 0; i < sites.size(); i++) {
            blocks.put(sites.get(i), made.get(i));
        }
        addParameters(config, sites, saved);
        Map<String, Parameter> copies = new LinkedHashMap<>();
        AdapterConfig resolved =
                selection.targets().equals(config.targets())
                        ? config
                        : config.withTargets(selection.targets());
        List<String> warnings = warnings(config, selection, saved);
        Adapter adapter = new Adapter(name, resolved, blocks, copies, head, warnings);
        try {
            saved.forEach((parameter, array) -> copies.put(parameter, copy(parameter, array)));
            initialize(adapter);
            warnings.forEach(warning -> logger.warn("Adapter {}: {}", name, warning));
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

    /** Modules that are trained in full are not adapted besides. */
    private Selection select(AdapterConfig config, Map<String, NDArray> saved) {
        if (config.targets().isNone()) {
            return new Selection(config.targets(), List.of(), List.of());
        }
        Selection all = new SiteSelector(host, directory).select(config.targets());
        List<Site> free =
                all.sites().stream().filter(s -> !saved.containsKey(s.parameter())).toList();
        if (free.size() == all.sites().size()) {
            return all;
        }
        List<String> both = new ArrayList<>(all.paths());
        both.removeAll(free.stream().map(Site::path).toList());
        refuseConflict(all.targets(), free, both);
        return all.targets().isAllLinear()
                ? new Selection(all.targets(), free, all.warnings())
                : all.with(
                        free,
                        "Targets that lie in modules that are trained in full are not adapted: "
                                + String.join(", ", both)
                                + ".");
    }

    /** Refuses targets that are meant for nothing but modules that are trained in full. */
    private static void refuseConflict(Targets targets, List<Site> free, List<String> both) {
        List<String> idle = targets.unusedSuffixes(free.stream().map(Site::path).toList());
        if (free.isEmpty() || both.stream().anyMatch(path -> Targets.hasSuffix(path, idle))) {
            throw new IllegalArgumentException(
                    "Module "
                            + both.get(0)
                            + " is a target and also one of the modules that are trained in full;"
                            + " exclude it from one of them.");
        }
    }

    private List<String> warnings(
            AdapterConfig config, Selection selection, Map<String, NDArray> saved) {
        List<String> warnings = new ArrayList<>(selection.warnings());
        warnings.addAll(config.warnings(selection.paths()));
        Set<String> changed = new LinkedHashSet<>();
        selection.sites().forEach(site -> changed.add(site.parameter()));
        changed.addAll(saved.keySet());
        for (String parameter : changed) {
            List<String> others = new ArrayList<>(host.tied(parameter));
            others.removeAll(changed);
            if (!others.isEmpty()) {
                warnings.add(
                        ("The model uses %s as %s too; only the former is changed, the latter"
                                        + " keeps the base's weight, also when merged.")
                                .formatted(parameter, String.join(", ", others)));
            }
        }
        return warnings;
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
                    boolean trained = config.trains(name) && isReal(array.getDataType());
                    // tied weights have one copy, so that they stay tied
                    if (trained && host.tied(name).stream().noneMatch(saved::containsKey)) {
                        saved.put(name, array);
                    }
                });
    }

    /** DJL can't name bfloat16, so not all floating types are known as such. */
    private static boolean isReal(DataType type) {
        return !type.isInteger() && !type.isBoolean();
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
