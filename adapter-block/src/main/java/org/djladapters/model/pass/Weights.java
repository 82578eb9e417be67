/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.PlacementPlanner;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.Applied;
import org.djladapters.surgery.BaseModel;

/**
 * The step of a pass that computes what is applied: the weights and transforms that adapters give.
 */
final class Weights {

    private final BaseModel baseModel;
    private final StepBoundary boundary;
    private final Map<String, NDArray> base;

    Weights(BaseModel baseModel, StepBoundary boundary) {
        this.baseModel = baseModel;
        this.boundary = boundary;
        base = baseModel.parameters();
    }

    /** Weights and transforms for passes without gradients, of a {@link StepBoundary#version}. */
    record Computed(Applied applied, long version, NDManager manager) implements AutoCloseable {

        @Override
        public void close() {
            manager.close();
        }
    }

    /**
     * Computes the transforms of an adapter for its rows of a training batch, with gradients;
     * refuses one that changes anything else.
     */
    Map<TargetModule, WeightTransform> forRows(
            Adapter adapter, Set<TargetModule> modules, ParameterStore store, NDManager scope) {
        List<Adapter> alone = List.of(adapter);
        Map<TargetModule, Placement> plan =
                PlacementPlanner.plan(specs(alone), PlacementPlanner.Purpose.TRAINING);
        plan.forEach(
                (module, placement) -> {
                    if (placement != Placement.ACTIVATIONS || !modules.contains(module)) {
                        throw new IllegalStateException(
                                ("Adapter '%s' changes %s, where rows can't have adapters of their"
                                                + " own in training; train it by itself")
                                        .formatted(adapter.name(), module.path()));
                    }
                });
        if (!adapter.savedModules().isEmpty()) {
            throw new IllegalStateException(
                    ("Adapter '%s' trains %s of the base model in full, which all rows share; train"
                                    + " it by itself")
                            .formatted(
                                    adapter.name(),
                                    adapter.savedModules().keySet().iterator().next()));
        }
        return applied(alone, plan, store, Map.of(), scope, true).transforms();
    }

    /** Computes what passes of mixed batches apply of an adapter, without gradients. */
    Computed forMixedBatch(Adapter adapter) {
        List<Adapter> adapters = List.of(adapter);
        NDManager owner = baseModel.manager().newSubManager();
        try {
            ParameterStore store = boundary.store(owner);
            long version = boundary.version(adapters);
            Map<TargetModule, Placement> plan =
                    PlacementPlanner.plan(specs(adapters), PlacementPlanner.Purpose.MIXED_BATCH);
            Applied made = applied(adapters, plan, store, Map.of(), owner, false);
            Map<TargetModule, WeightTransform> transforms = new HashMap<>(made.transforms());
            fixNorms(transforms, made.weights(), owner);
            rotateByParts(transforms, owner);
            Applied fixed = new Applied(made.weights(), transforms, Map.of(), List.of());
            return new Computed(fixed, version, owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /**
     * Gives transforms the factors of N in place of the norms that it gives rows, which cost a
     * product of the size of W in every pass. N comes before C, so those with a C keep their norms.
     */
    private void fixNorms(
            Map<TargetModule, WeightTransform> transforms,
            Map<String, NDArray> saved,
            NDManager owner) {
        List<TargetModule> normed = new ArrayList<>(transforms.keySet());
        normed.removeIf(module -> transforms.get(module).magnitude() == null);
        normed.removeIf(module -> transforms.get(module).output() != null);
        if (normed.isEmpty()) {
            return;
        }
        try (NDManager scope = owner.newSubManager()) {
            List<TransformKernel.Layer> layers = new ArrayList<>();
            for (TargetModule module : normed) {
                WeightTransform whole = transforms.get(module);
                WeightTransform inner =
                        WeightTransform.IDENTITY
                                .withInput(whole.input())
                                .withDense(whole.dense())
                                .withLowRank(whole.lowRank());
                layers.add(layer(module, inner, Map.of(), saved));
            }
            List<NDArray> weights =
                    TransformKernel.transform(layers, scope).stream()
                            .map(TransformKernel.Result::weight)
                            .toList();
            List<Boolean> transposed = layers.stream().map(l -> l.transposed()).toList();
            NDList norms = TransformKernel.rowNorms(weights, transposed, scope);
            for (int i = 0; i < normed.size(); i++) {
                WeightTransform whole = transforms.get(normed.get(i));
                NDArray factors = whole.magnitude().div(norms.get(i));
                NDArray scale = whole.scale() == null ? factors : factors.mul(whole.scale());
                scale.attach(owner);
                transforms.put(normed.get(i), whole.withMagnitude(null).withScale(scale));
            }
        }
    }

    /** Keeps of rotations what is not that of the identity, and computes with nothing else. */
    private static void rotateByParts(
            Map<TargetModule, WeightTransform> transforms, NDManager owner) {
        replaceRotations(transforms, WeightTransform::output, WeightTransform::withOutput, owner);
        replaceRotations(transforms, WeightTransform::input, WeightTransform::withInput, owner);
    }

    private static void replaceRotations(
            Map<TargetModule, WeightTransform> transforms,
            Function<WeightTransform, BlockRotation> rotation,
            BiFunction<WeightTransform, BlockRotation, WeightTransform> with,
            NDManager owner) {
        Map<List<Integer>, List<TargetModule>> bySizes = new LinkedHashMap<>();
        transforms.forEach(
                (module, transform) -> {
                    BlockRotation found = rotation.apply(transform);
                    if (found != null && found.isPlain()) {
                        bySizes.computeIfAbsent(found.sizes(), s -> new ArrayList<>()).add(module);
                    }
                });
        for (List<TargetModule> modules : bySizes.values()) {
            List<BlockRotation> whole =
                    modules.stream().map(module -> rotation.apply(transforms.get(module))).toList();
            List<BlockRotation> parts = TransformKernel.byParts(whole, owner);
            for (int i = 0; i < modules.size(); i++) {
                TargetModule module = modules.get(i);
                transforms.put(module, with.apply(transforms.get(module), parts.get(i)));
                whole.get(i).blocks().close();
            }
        }
    }

    /**
     * Computes what adapters apply as a plan says, with gradients if it is for training; saved
     * modules take the place of the base model's.
     */
    Applied applied(
            List<Adapter> adapters,
            Map<TargetModule, Placement> plan,
            ParameterStore store,
            Map<TargetModule, CustomBackward.Layer> layers,
            NDManager scope,
            boolean training) {
        Map<TargetModule, List<WeightTransform>> transforms =
                transforms(adapters, store, layers.keySet(), scope, training);
        Map<TargetModule, WeightTransform> sockets = new LinkedHashMap<>();
        Map<TargetModule, List<WeightTransform>> throughWeight = new LinkedHashMap<>();
        transforms.forEach(
                (targetModule, chain) -> {
                    if (plan.get(targetModule) == Placement.ACTIVATIONS) {
                        sockets.put(targetModule, chain.get(0));
                    } else {
                        throughWeight.put(targetModule, chain);
                    }
                });
        Map<String, NDArray> weights = saved(adapters, store, scope, training);
        weights.putAll(transformed(throughWeight, weights, scope));
        return new Applied(weights, sockets, layers, List.of());
    }

    private static List<AdapterSpec> specs(List<Adapter> adapters) {
        return adapters.stream().map(Adapter::spec).toList();
    }

    /** Computes the weights of adapters without gradients; can refuse those that are not finite. */
    Computed merged(List<Adapter> adapters, boolean onlyFinite) {
        NDManager owner = baseModel.manager().newSubManager();
        try (NDManager scope = owner.newSubManager()) {
            ParameterStore store = boundary.store(scope);
            long version = boundary.version(adapters);
            Map<String, NDArray> weights = transformed(adapters, store, owner, scope);
            // passes that see no gradients are computed in the same way whatever has trained before
            weights.replaceAll((name, weight) -> withoutGradient(weight, owner));
            if (onlyFinite) {
                requireFinite(weights, scope);
            }
            return new Computed(Applied.weights(weights), version, owner);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    private static NDArray withoutGradient(NDArray array, NDManager owner) {
        try (array) {
            NDArray detached = array.stopGradient();
            detached.attach(owner);
            return detached;
        }
    }

    /** Computes the weights of everything that adapters change, by parameter name. */
    private Map<String, NDArray> transformed(
            List<Adapter> adapters, ParameterStore store, NDManager owner, NDManager scope) {
        Map<String, NDArray> weights = saved(adapters, store, owner, false);
        Set<TargetModule> asInTraining = PlacementPlanner.madeAsInTraining(specs(adapters));
        try (CustomBackwards customs =
                new CustomBackwards(adapters, asInTraining, baseModel, store)) {
            Map<TargetModule, CustomBackward.Layer> layers = customs.layers();
            Map<TargetModule, NDArray> made = customs.weights(scope);
            Map<TargetModule, List<WeightTransform>> transforms =
                    transforms(adapters, store, layers.keySet(), scope, false);
            layers.forEach(
                    (targetModule, layer) -> {
                        NDArray weight = made.get(targetModule);
                        weights.put(targetModule.parameter(), weight);
                        if (layer.rest().equals(WeightTransform.IDENTITY)) {
                            weight.attach(owner);
                        } else {
                            transforms.put(targetModule, List.of(layer.rest()));
                        }
                    });
            weights.putAll(transformed(transforms, weights, owner));
        }
        return weights;
    }

    /** Returns the modules that adapters train in full, in the types of the base model's. */
    private Map<String, NDArray> saved(
            List<Adapter> adapters, ParameterStore store, NDManager owner, boolean training) {
        Map<String, NDArray> saved = new HashMap<>();
        for (Adapter adapter : adapters) {
            adapter.savedModules()
                    .forEach(
                            (name, parameter) -> {
                                NDArray value = saved(name, parameter, store, owner, training);
                                saved.put(name, value);
                                for (String other : followers(adapter, name)) {
                                    saved.put(
                                            other,
                                            TransformKernel.cast(value, base.get(other), owner));
                                }
                            });
        }
        return saved;
    }

    /** Returns the parameters that train as another one to which the base model ties them. */
    private List<String> followers(Adapter adapter, String name) {
        return baseModel.facts().tied(name).stream()
                .filter(adapter.config()::trains)
                .filter(other -> !adapter.savedModules().containsKey(other))
                .toList();
    }

    private NDArray saved(
            String name,
            Parameter parameter,
            ParameterStore store,
            NDManager owner,
            boolean training) {
        NDArray value = store.getValue(parameter, owner.getDevice(), training);
        if (training) {
            return TransformKernel.cast(value, base.get(name), owner);
        }
        try (NDArray detached = value.stopGradient();
                NDArray copy = detached.duplicate()) {
            return TransformKernel.cast(copy, base.get(name), owner);
        }
    }

    /** Computes the transforms of every target module but some, in the order of the adapters. */
    private static Map<TargetModule, List<WeightTransform>> transforms(
            List<Adapter> adapters,
            ParameterStore store,
            Set<TargetModule> without,
            NDManager scope,
            boolean training) {
        List<TargetModule> targetModules = new ArrayList<>();
        List<WeightAdapter> blocks = new ArrayList<>();
        List<Boolean> drops = new ArrayList<>();
        for (Adapter adapter : adapters) {
            adapter.targetModules()
                    .forEach(
                            (targetModule, block) -> {
                                if (!without.contains(targetModule)) {
                                    targetModules.add(targetModule);
                                    blocks.add(block);
                                    drops.add(training && isDropped(adapter, scope));
                                }
                            });
        }
        List<WeightTransform> built = WeightAdapter.transforms(blocks, store, scope, training);
        Map<TargetModule, List<WeightTransform>> transforms = new LinkedHashMap<>();
        for (int i = 0; i < built.size(); i++) {
            WeightTransform transform = built.get(i);
            transforms
                    .computeIfAbsent(targetModules.get(i), targetModule -> new ArrayList<>())
                    .add(drops.get(i) ? TransformKernel.switchedOff(transform, scope) : transform);
        }
        return transforms;
    }

    private static boolean isDropped(Adapter adapter, NDManager scope) {
        double probability = adapter.config().moduleDropout();
        // drawn by the engine, whose seed reproduces a run
        return probability > 0 && scope.randomUniform(0, 1, new Shape(1)).getFloat() < probability;
    }

    /**
     * Applies the transforms of every target module one after another to the base model's weights
     * or saved ones, all target modules in one call a round.
     */
    private Map<String, NDArray> transformed(
            Map<TargetModule, List<WeightTransform>> transforms,
            Map<String, NDArray> saved,
            NDManager owner) {
        Map<String, NDArray> results = new HashMap<>();
        int rounds = transforms.values().stream().mapToInt(List::size).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            List<TargetModule> targetModules = new ArrayList<>();
            List<TransformKernel.Layer> layers = new ArrayList<>();
            for (Map.Entry<TargetModule, List<WeightTransform>> entry : transforms.entrySet()) {
                if (round < entry.getValue().size()) {
                    TargetModule targetModule = entry.getKey();
                    WeightTransform transform = entry.getValue().get(round);
                    targetModules.add(targetModule);
                    layers.add(layer(targetModule, transform, results, saved));
                }
            }
            List<TransformKernel.Result> next = TransformKernel.transform(layers, owner);
            for (int i = 0; i < targetModules.size(); i++) {
                replace(results, targetModules.get(i).parameter(), next.get(i).weight());
                if (layers.get(i).transform().changesBias() && next.get(i).bias() != null) {
                    replace(results, targetModules.get(i).bias(), next.get(i).bias());
                }
            }
        }
        return results;
    }

    private TransformKernel.Layer layer(
            TargetModule targetModule,
            WeightTransform transform,
            Map<String, NDArray> results,
            Map<String, NDArray> saved) {
        Function<String, NDArray> current =
                name -> results.getOrDefault(name, saved.getOrDefault(name, base.get(name)));
        return new TransformKernel.Layer(
                current.apply(targetModule.parameter()),
                targetModule.bias() == null ? null : current.apply(targetModule.bias()),
                targetModule.weight().transposed(),
                transform);
    }

    private static void replace(Map<String, NDArray> results, String name, NDArray array) {
        NDArray replaced = results.put(name, array);
        if (replaced != null) {
            replaced.close();
        }
    }

    private static void requireFinite(Map<String, NDArray> weights, NDManager scope) {
        for (Map.Entry<String, NDArray> weight : weights.entrySet()) {
            if (!TransformKernel.isFinite(weight.getValue(), scope)) {
                throw new IllegalStateException(
                        "The weight %s would not be finite, so nothing was merged; the adapter is damaged or was trained with too high a learning rate"
                                .formatted(weight.getKey()));
            }
        }
    }
}
