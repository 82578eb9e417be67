/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.ResolvedTargets;
import org.djladapters.surgery.TargetResolver;

/**
 * A model without its weights: what can be adapted in it, and the names and shapes of its
 * parameters. That is enough to tell what an adapter would train there, however large the model is.
 */
public final class ModelSpec {

    private final List<TargetModule> targetModules;
    private final List<String> modules;
    private final Map<String, Shape> parameters;
    private final Map<String, List<String>> ties;
    private final Supplier<Optional<String>> modelType;

    /** The spec with a pooler that only some heads take; null without such a pooler. */
    private final ModelSpec pooled;

    private ModelSpec(
            List<TargetModule> targetModules,
            List<String> modules,
            Map<String, Shape> parameters,
            Map<String, List<String>> ties,
            Supplier<Optional<String>> modelType,
            ModelSpec pooled) {
        this.pooled = pooled;
        this.targetModules = List.copyOf(targetModules);
        this.modules = List.copyOf(modules);
        this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        this.ties = Map.copyOf(ties);
        this.modelType = modelType;
    }

    /**
     * Describes a model of which there need be no file.
     *
     * @param targetModules everything that can be adapted, in the order of the model
     * @param parameters the shapes of all parameters by name, none of them tied
     * @param modelType its type, as {@code model_type} of a {@code config.json} says it
     */
    public static ModelSpec of(
            List<TargetModule> targetModules, Map<String, Shape> parameters, String modelType) {
        Set<String> modules = new LinkedHashSet<>();
        for (String name : parameters.keySet()) {
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                modules.add(name.substring(0, dot));
            }
        }
        return new ModelSpec(
                targetModules,
                List.copyOf(modules),
                parameters,
                Map.of(),
                () -> Optional.of(modelType),
                null);
    }

    /** Describes a model that is open, with the directory that tells its type, or null. */
    static ModelSpec of(BaseModel baseModel, ModelDirectory directory) {
        Map<String, Shape> parameters = new LinkedHashMap<>();
        Map<String, List<String>> ties = new HashMap<>();
        baseModel
                .parameters()
                .forEach(
                        (name, array) -> {
                            if (isReal(array.getDataType())) {
                                parameters.put(name, array.getShape());
                                ties.put(name, baseModel.facts().tied(name));
                            }
                        });
        ModelSpec whole =
                new ModelSpec(
                        baseModel.facts().targetModules(),
                        baseModel.facts().modules(),
                        parameters,
                        ties,
                        () -> modelType(directory),
                        null);
        return baseModel.facts().pooler().map(whole::without).orElse(whole);
    }

    /** Leaves out a pooler that passes use only when they are asked for what it gives. */
    private ModelSpec without(String pooler) {
        Predicate<String> isOther = n -> !n.equals(pooler) && !n.startsWith(pooler + ".");
        Map<String, Shape> others = new LinkedHashMap<>(parameters);
        others.keySet().retainAll(others.keySet().stream().filter(isOther).toList());
        return new ModelSpec(
                targetModules.stream().filter(m -> isOther.test(m.path())).toList(),
                modules.stream().filter(isOther).toList(),
                others,
                ties,
                modelType,
                this);
    }

    /** Returns the part of the model that targets reach. */
    private ModelSpec reachedBy(Targets targets) {
        return pooled != null && targets.hasPooler() ? pooled : this;
    }

    /** Tells whether a type is floating; DJL can't name bfloat16. */
    private static boolean isReal(DataType type) {
        return !type.isInteger() && !type.isBoolean();
    }

    private static Optional<String> modelType(ModelDirectory directory) {
        try {
            return directory == null ? Optional.empty() : directory.modelType();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the modules that can be adapted, in the order of the model} A pooler that the model
     * computes only for some heads is not among them.
     */
    public List<TargetModule> targetModules() {
        return targetModules;
    }

    /**
     * Returns the target modules that a selection selects.
     *
     * @throws IllegalArgumentException if there are none or something is named that can't be
     *     adapted
     */
    public List<TargetModule> targetModules(Targets targets) {
        return reachedBy(targets).selected(targets).targetModules();
    }

    private ResolvedTargets selected(Targets targets) {
        return new TargetResolver(targetModules, modules, modelType).select(targets);
    }

    /** {@return the number of the model's parameters, those of tied weights counted once} */
    public long size() {
        Set<String> counted = new LinkedHashSet<>();
        long size = 0;
        Map<String, Shape> all = pooled == null ? parameters : pooled.parameters;
        for (Map.Entry<String, Shape> entry : all.entrySet()) {
            if (tied(entry.getKey()).stream().noneMatch(counted::contains)) {
                size += entry.getValue().size();
            }
            counted.add(entry.getKey());
        }
        return size;
    }

    /**
     * Returns what an adapter would train in this model.
     *
     * @param config its method, options and targets
     * @return the spec, whose Blocks are not initialized
     * @throws IllegalArgumentException if the targets select nothing, or the options do not fit a
     *     selected weight
     */
    public AdapterSpec adapter(AdapterConfig config) {
        return adapter(config, config::newAdapters);
    }

    /**
     * Finds the layout of a method that spends a number of trainable parameters best: which layers
     * are adapted, and with which options. Other options are at their defaults.
     *
     * @param method the method in one word, such as {@code compound}
     * @param budget the largest number of trainable parameters, without those of a head
     * @throws IllegalArgumentException if there is no such method, or the budget is too small for
     *     any of its layouts; the message says what the smallest needs
     */
    public AdapterConfig layout(String method, long budget) {
        return SpentBudget.of(this, Methods.descriptor(method), budget).config();
    }

    AdapterSpec adapter(
            AdapterConfig config, Function<List<WeightSpec>, List<WeightAdapter>> factory) {
        return reachedBy(config.targets()).made(config, factory);
    }

    private AdapterSpec made(
            AdapterConfig config, Function<List<WeightSpec>, List<WeightAdapter>> factory) {
        Set<String> saved = savedModules(config);
        ResolvedTargets selection = select(config, saved);
        List<TargetModule> adapted = selection.targetModules();
        List<WeightAdapter> made =
                factory.apply(adapted.stream().map(TargetModule::weight).toList());
        Map<TargetModule, WeightAdapter> blocks = new LinkedHashMap<>();
        for (int i = 0; i < adapted.size(); i++) {
            blocks.put(adapted.get(i), made.get(i));
        }
        Set<String> names = new LinkedHashSet<>(saved);
        addParameters(config, adapted, names);
        Map<String, Shape> trained = new LinkedHashMap<>();
        names.forEach(name -> trained.put(name, parameters.get(name)));
        AdapterConfig resolved =
                selection.targets().equals(config.targets())
                        ? config
                        : config.withTargets(selection.targets());
        return new AdapterSpec(resolved, blocks, trained, warnings(config, selection, names));
    }

    /** Modules that are trained in full are not adapted besides. */
    private ResolvedTargets select(AdapterConfig config, Set<String> saved) {
        if (config.targets().isNone()) {
            return new ResolvedTargets(config.targets(), List.of(), List.of());
        }
        ResolvedTargets all = selected(config.targets());
        List<TargetModule> free =
                all.targetModules().stream().filter(s -> !saved.contains(s.parameter())).toList();
        if (free.size() == all.targetModules().size()) {
            return all;
        }
        List<String> both = new ArrayList<>(all.paths());
        both.removeAll(free.stream().map(TargetModule::path).toList());
        refuseConflict(all.targets(), free, both);
        return all.targets().isAllLinear()
                ? new ResolvedTargets(all.targets(), free, all.warnings())
                : all.with(
                        free,
                        "Targets in modules that are trained in full are not adapted: "
                                + String.join(", ", both));
    }

    /** Refuses targets that are meant for nothing but modules that are trained in full. */
    private static void refuseConflict(
            Targets targets, List<TargetModule> free, List<String> both) {
        List<String> idle = targets.unusedSuffixes(free.stream().map(TargetModule::path).toList());
        if (free.isEmpty() || both.stream().anyMatch(path -> Targets.hasSuffix(path, idle))) {
            throw new IllegalArgumentException(
                    "Module "
                            + both.get(0)
                            + " is both a target and trained in full; remove it from one of them");
        }
    }

    private List<String> warnings(
            AdapterConfig config, ResolvedTargets selection, Set<String> trained) {
        List<String> warnings = new ArrayList<>(selection.warnings());
        warnings.addAll(config.warnings(selection.paths()));
        Set<String> changed = new LinkedHashSet<>();
        selection.targetModules().forEach(targetModule -> changed.add(targetModule.parameter()));
        changed.addAll(trained);
        for (String parameter : changed) {
            List<String> others = new ArrayList<>(tied(parameter));
            others.removeAll(changed);
            others.removeIf(config::trains); // these follow
            if (!others.isEmpty()) {
                warnings.add(
                        ("The model uses %s as %s too; only the former is changed, the latter"
                                        + " keeps the weight of the base model, also when merged")
                                .formatted(parameter, String.join(", ", others)));
            }
        }
        return warnings;
    }

    /** Returns the base model's parameters that belong to the modules to save. */
    private Set<String> savedModules(AdapterConfig config) {
        Set<String> saved = new LinkedHashSet<>();
        for (String suffix : config.modulesToSave()) {
            List<String> roots =
                    modules.stream()
                            .filter(path -> Targets.hasSuffix(path, List.of(suffix)))
                            .toList();
            List<String> own =
                    parameters.keySet().stream()
                            .filter(name -> roots.stream().anyMatch(r -> name.startsWith(r + ".")))
                            .toList();
            if (!saved.addAll(own)) {
                throw new IllegalArgumentException(
                        "There is no module '%s' with parameters that could be trained in full; the model's outermost modules are %s"
                                .formatted(
                                        suffix,
                                        modules.stream().filter(m -> !m.contains(".")).toList()));
            }
        }
        return saved;
    }

    private List<String> tied(String parameter) {
        return ties.getOrDefault(parameter, List.of());
    }

    /** Adds what of the base model trains besides the modules to save. */
    private void addParameters(
            AdapterConfig config, List<TargetModule> adapted, Set<String> trained) {
        if (config.bias() == Bias.ADAPTED) {
            adapted.stream().map(TargetModule::bias).filter(Objects::nonNull).forEach(trained::add);
        }
        for (String name : parameters.keySet()) {
            // tied weights have one copy, so that they stay tied
            if (config.trains(name) && tied(name).stream().noneMatch(trained::contains)) {
                trained.add(name);
            }
        }
    }
}
