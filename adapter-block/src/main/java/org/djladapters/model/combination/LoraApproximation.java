/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lora.LoraTerm;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;

/** The LoRA adapter of a rank that is nearest to an adapter of any method. */
final class LoraApproximation {

    private final Adapter adapter;
    private final int rank;
    private final Map<String, NDArray> base;
    private final NDManager owner;
    private final Map<TargetModule, LoraTerm> terms = new LinkedHashMap<>();
    private final Map<String, Double> errors = new LinkedHashMap<>();

    /** Sums of squares over all weights: of what is lost, and of everything. */
    private double lost;

    private double total;

    private LoraApproximation(Adapter adapter, int rank, BaseModel baseModel, NDManager owner) {
        this.adapter = adapter;
        this.rank = rank;
        this.owner = owner;
        base = baseModel.parameters();
    }

    static LoraApproximation of(Adapter adapter, int rank, BaseModel baseModel, NDManager owner) {
        if (adapter.targetModules().isEmpty()) {
            throw new IllegalArgumentException(
                    "Adapter '%s' is of the method %s, which transforms no weights that LoRA could approximate"
                            .formatted(adapter.name(), adapter.config().method()));
        }
        LoraApproximation nearest = new LoraApproximation(adapter, rank, baseModel, owner);
        nearest.compute();
        return nearest;
    }

    private void compute() {
        try (NDManager scope = owner.newSubManager()) {
            List<WeightAdapter> blocks = List.copyOf(adapter.targetModules().values());
            ParameterStore store = new ParameterStore(scope, false);
            List<WeightTransform> transforms =
                    WeightAdapter.transforms(blocks, store, scope, false);
            int next = 0;
            for (TargetModule targetModule : adapter.targetModules().keySet()) {
                // one after another, since the matrices are large
                add(targetModule, transforms.get(next++));
            }
        }
    }

    private void add(TargetModule targetModule, WeightTransform transform) {
        try (NDManager scope = owner.newSubManager()) {
            NDArray weight = toFloat64(base.get(targetModule.parameter()), scope);
            NDArray bias =
                    targetModule.bias() == null ? null : toFloat64(bias(targetModule), scope);
            boolean transposed = targetModule.weight().transposed();
            TransformKernel.Layer layer =
                    new TransformKernel.Layer(weight, bias, transposed, transform);
            TransformKernel.Result changed =
                    TransformKernel.transform(List.of(layer), scope).get(0);
            LoraTerm term =
                    nearest(
                            targetModule,
                            matrix(changed.weight().sub(weight), targetModule.weight()));
            if (bias != null && transform.changesBias()) {
                NDArray shift = changed.bias().sub(bias);
                shift.attach(owner);
                term = new LoraTerm(term.down(), term.up(), shift, 1);
            }
            terms.put(targetModule, term);
        }
    }

    private LoraTerm nearest(TargetModule targetModule, NDArray matrix) {
        if (!TransformKernel.isFinite(matrix, matrix.getManager())) {
            throw new IllegalArgumentException(
                    "Adapter '%s' gives a weight of %s that is not finite; it is damaged or was trained with too high a learning rate"
                            .formatted(adapter.name(), targetModule.path()));
        }
        int largest = Math.min(targetModule.weight().inputs(), targetModule.weight().features());
        LowRankKernel.Factors factors =
                LowRankKernel.factor(List.of(matrix), Math.min(rank, largest), owner).get(0);
        double norm = matrix.norm().getDouble();
        errors.put(targetModule.path(), factors.error());
        lost += Math.pow(factors.error() * norm, 2);
        total += norm * norm;
        return new LoraTerm(factors.down(), factors.up(), null, 1);
    }

    /** Returns a weight as (out, in). */
    private static NDArray matrix(NDArray weight, WeightSpec spec) {
        return spec.transposed() ? weight.transpose() : weight.reshape(spec.features(), -1);
    }

    /** Returns the bias that the adapter starts from, which it may train itself. */
    private NDArray bias(TargetModule targetModule) {
        Parameter trained = adapter.savedModules().get(targetModule.bias());
        return trained == null ? base.get(targetModule.bias()) : trained.getArray();
    }

    private static NDArray toFloat64(NDArray array, NDManager scope) {
        NDArray detached = array.stopGradient();
        detached.attach(scope);
        return TransformKernel.cast(detached, scope.create(new Shape(0), DataType.FLOAT64), scope);
    }

    AdapterDefinition definition() {
        return LoraDefinition.of(terms, adapter.config().targets(), adapter);
    }

    Map<String, Double> errors() {
        return errors;
    }

    double error() {
        return total == 0 ? 0 : Math.sqrt(lost / total);
    }
}
