/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.io.Internal;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * A Block whose parameters are a {@link WeightTransform}: input W and perhaps b, output W' and b'.
 *
 * <p>Adapters of equal {@link #groupKey()} are built together in one native call by {@link
 * #transforms(List, ParameterStore, NDManager, boolean)}.
 */
public abstract class WeightAdapter extends AbstractBlock implements AutoCloseable {

    private final WeightSpec weight;

    /**
     * Constructs an adapter.
     *
     * @param weight the weight it is for
     */
    protected WeightAdapter(WeightSpec weight) {
        this.weight = weight;
    }

    /** {@return the description of the weight this adapter is for} */
    public final WeightSpec weight() {
        return weight;
    }

    /**
     * {@return what two adapters must share to be built in one call, a value compared by {@code
     * equals}}
     */
    protected abstract Object groupKey();

    /**
     * Tells apart adapters of one class that do different things with parameters of one shape. What
     * matters in training only has no part in it.
     *
     * @return a value compared by {@code equals}
     */
    protected Object function() {
        return groupKey();
    }

    /**
     * Builds the transforms of a group of adapters of the class and the {@link #groupKey} of this
     * one, this one's among them. The results belong to the manager, on the device of the
     * parameters.
     */
    @Internal
    protected abstract List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training);

    /**
     * Builds the transforms of any adapters, in their order, with one native call for each form
     * among them. The results belong to the manager, on the device of the parameters.
     */
    @Internal
    public static List<WeightTransform> transforms(
            List<WeightAdapter> adapters,
            ParameterStore store,
            NDManager manager,
            boolean training) {
        IdentityHashMap<WeightAdapter, WeightTransform> built = new IdentityHashMap<>();
        for (List<WeightAdapter> group : groups(adapters, WeightAdapter::groupKey)) {
            List<WeightTransform> transforms = group.get(0).build(group, store, manager, training);
            for (int i = 0; i < group.size(); i++) {
                group.get(i).requireAsSaid(transforms.get(i));
                built.put(group.get(i), transforms.get(i));
            }
        }
        return adapters.stream().map(built::get).toList();
    }

    /** A placement may rest on what an adapter says of itself. */
    private void requireAsSaid(WeightTransform transform) {
        if (transform.input() != null && !changesInputs()) {
            throw new IllegalStateException(
                    this + " changes the inputs of its layer, but does not say so");
        }
    }

    private static <T> Collection<List<T>> groups(Collection<T> members, Function<T, Object> key) {
        Map<Object, List<T>> groups = new LinkedHashMap<>();
        for (T member : members) {
            groups.computeIfAbsent(key.apply(member), k -> new ArrayList<>()).add(member);
        }
        return groups.values();
    }

    /**
     * {@return true if a linear layer with this adapter can have a custom backward pass, which
     * {@link #customBackward} makes}
     */
    public boolean allowsCustomBackward() {
        return false;
    }

    /**
     * Tells whether this adapter changes the inputs of its layer. A socket can't do that in a
     * filter, whose inputs are the entries of many pixels, which overlap.
     *
     * @return true if its transforms have an {@linkplain WeightTransform#input input} part
     */
    public boolean changesInputs() {
        return false;
    }

    /**
     * {@return true if the weight must not be that of another module as well, which would have to
     * change with it}
     */
    public boolean needsOwnWeight() {
        return false;
    }

    /**
     * {@return what adapters must share to have one custom backward pass together, a value compared
     * by {@code equals}; the {@link #groupKey} by default}
     */
    protected Object backwardGroupKey() {
        return groupKey();
    }

    /**
     * Makes the custom backward pass of a group of adapters of the class and {@link
     * #backwardGroupKey} of this one, this one's among them, which all {@linkplain
     * #allowsCustomBackward allow it}; the weights are in the type of the parameters.
     */
    @Internal
    protected CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        throw new UnsupportedOperationException(this + " trains by autograd");
    }

    /**
     * Makes the custom backward passes of adapters of linear layers that {@linkplain
     * #allowsCustomBackward allow it}, one for each group that shares one, with the modules of its
     * layers in their order. The parameters are those of the base model, the weights in the type of
     * the adapters'.
     */
    @Internal
    public static Map<CustomBackward, List<TargetModule>> customBackwards(
            Map<TargetModule, WeightAdapter> adapters,
            Map<String, NDArray> parameters,
            ParameterStore store,
            NDManager manager) {
        Map<CustomBackward, List<TargetModule>> made = new LinkedHashMap<>();
        for (List<TargetModule> group :
                groups(adapters.keySet(), m -> adapters.get(m).backwardGroupKey())) {
            List<WeightAdapter> members = group.stream().map(adapters::get).toList();
            List<NDArray> weights =
                    group.stream().map(module -> parameters.get(module.parameter())).toList();
            made.put(members.get(0).customBackward(members, weights, store, manager), group);
        }
        return made;
    }

    /**
     * Returns what this adapter of a linear layer adds to a training step: none where numbers are
     * only multiplied or added one by one. Predictions need nothing beside the base model's
     * operations, merged or not, since transformed weights are computed once.
     */
    @Internal
    public FlopCount operations(Placement placement) {
        return FlopCount.NONE;
    }

    /**
     * {@return the number of trainable parameters of this adapter alone, known before they are
     * initialized}
     */
    public final long size() {
        return getDirectParameters().values().stream().mapToLong(p -> p.getShape().size()).sum();
    }

    /** {@return how many of the layer's outputs this adapter can change: all by default} */
    public int covered() {
        return weight.features();
    }

    /**
     * {@return how the parameters of this adapter act on its layer, where layers differ in that,
     * such as {@code orders 1+2, 3 blocks of 128, n = 15, cayley}; empty if there is nothing to
     * say}
     */
    public String layout() {
        return "";
    }

    /** Adds a trained parameter of a shape that is known before the inputs are. */
    protected final Parameter addParameter(String name, Shape shape, Initializer initializer) {
        return addParameter(parameter(name, shape, initializer));
    }

    /** Makes a trained parameter of a shape that is known before the inputs are. */
    @Internal
    public static Parameter parameter(String name, Shape shape, Initializer initializer) {
        return Parameter.builder()
                .setName(name)
                .setType(Parameter.Type.OTHER)
                .optShape(shape)
                .optInitializer(initializer)
                .build();
    }

    /** Returns the start of a matrix that is multiplied by inputs: uniform within 1/&radic;n. */
    @Internal
    protected static Initializer uniform(int inputs) {
        float bound = (float) (1 / Math.sqrt(inputs));
        return (manager, shape, type) -> manager.randomUniform(-bound, bound, shape, type);
    }

    /** Tells for every adapter whether its weight is stored as (in, out). */
    protected static boolean[] transposed(List<WeightAdapter> group) {
        boolean[] transposed = new boolean[group.size()];
        for (int i = 0; i < transposed.length; i++) {
            transposed[i] = group.get(i).weight().transposed();
        }
        return transposed;
    }

    /** Returns the outputs and the inputs of every adapter's weight, one after the other. */
    protected static long[] shapes(List<WeightAdapter> group) {
        long[] shapes = new long[2 * group.size()];
        for (int i = 0; i < group.size(); i++) {
            shapes[2 * i] = group.get(i).weight().features();
            shapes[2 * i + 1] = group.get(i).weight().inputs();
        }
        return shapes;
    }

    /** Transforms a weight and a bias: input (W) or (W, b), output (W') or (W', b'). */
    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDArray array = inputs.get(0);
        NDManager manager = array.getManager();
        try (NDManager scope = manager.newSubManager()) {
            List<WeightTransform> transforms =
                    transforms(List.of(this), parameterStore, scope, training);
            TransformKernel.Layer layer =
                    new TransformKernel.Layer(
                            array,
                            inputs.size() > 1 ? inputs.get(1) : null,
                            weight.transposed(),
                            transforms.get(0));
            TransformKernel.Result result =
                    TransformKernel.transform(List.of(layer), manager).get(0);
            NDList outputs = new NDList(result.weight());
            if (result.bias() != null) {
                outputs.add(result.bias());
            }
            return outputs;
        }
    }

    /** The value of a parameter as a vector. */
    protected final NDArray flatValue(
            Parameter parameter, ParameterStore store, NDManager manager, boolean training) {
        NDArray flat = value(parameter, store, manager, training).reshape(-1);
        // else it would stay with the parameter as long as that lives
        flat.attach(manager);
        return flat;
    }

    /** The value of a parameter, cut off from the gradient where there is no training. */
    protected final NDArray value(
            Parameter parameter, ParameterStore store, NDManager manager, boolean training) {
        Device device = manager.getDevice();
        NDArray array = store.getValue(parameter, device, training);
        if (training) {
            return array;
        }
        return detached(array, manager);
    }

    /** Sets parameters that start from the weight, after all have been initialized. */
    public void initializeFrom(NDArray base) {
        // most methods start the same whatever the weight is
    }

    /**
     * Returns how many times the learning rate of an adapter one of its parameters has.
     *
     * @param parameter the name of the parameter
     * @return a positive number, 1 for most methods
     */
    public double rateFactor(String parameter) {
        return 1;
    }

    /**
     * {@return what this adapter shares with those of other weights and what does not train, but
     * belongs in a checkpoint: arrays by name, equal for all adapters that share them, usually
     * none}
     */
    public Map<String, NDArray> shared() {
        return Map.of();
    }

    /**
     * Returns the trainable parameters that this adapter has in common with those of other weights,
     * made with it by {@link AdapterConfig#newAdapters}. They are not among the parameters of this
     * Block, since they would count once for every weight there.
     *
     * @return parameters by name, the same for all adapters that share them, usually none
     */
    public Map<String, Parameter> sharedParameters() {
        return Map.of();
    }

    /**
     * {@return what this adapter alone has and what does not train, but belongs in a checkpoint:
     * arrays by name, usually none}
     */
    public Map<String, NDArray> fixed() {
        return Map.of();
    }

    /**
     * Prepares for a value of {@link #fixed()} from a file, which takes its place then: fits what
     * this adapter computes to it, or refuses it by an {@link IllegalArgumentException}. Values
     * come in the order of that map.
     */
    @Internal
    public void matchFixed(String name, NDArray stored) {
        // most take any value
    }

    /**
     * Tells whether another adapter is of the same method and options and has the same parameters.
     *
     * @param other the other adapter
     * @return true if they differ in nothing but their values and their weights
     */
    public final boolean isLike(WeightAdapter other) {
        return getClass().equals(other.getClass())
                && groupKey().equals(other.groupKey())
                && getDirectParameters().keys().equals(other.getDirectParameters().keys());
    }

    /**
     * Returns the values with which this adapter does what another one does.
     *
     * @param other an adapter of the same class for the same weight
     * @param scope the owner of what is computed
     * @return values by parameter name, of the shapes of the parameters
     * @throws IllegalArgumentException if there are no such values
     */
    public Map<String, NDArray> valuesOf(WeightAdapter other, NDManager scope) {
        Map<String, NDArray> values = new LinkedHashMap<>();
        for (Pair<String, Parameter> own : getDirectParameters()) {
            Parameter theirs = other.getDirectParameters().get(own.getKey());
            Shape shape = own.getValue().getArray().getShape();
            if (theirs == null || !theirs.getArray().getShape().equals(shape)) {
                throw new IllegalArgumentException(
                        "The other adapter has different options: its "
                                + own.getKey()
                                + (theirs == null
                                        ? " is missing"
                                        : " is of shape "
                                                + theirs.getArray().getShape()
                                                + " instead of "
                                                + shape)
                                + "; load it as a separate adapter");
            }
            values.put(own.getKey(), detached(theirs, scope));
        }
        if (!function().equals(other.function())) {
            throw new IllegalArgumentException(
                    "The other adapter has different options: it is "
                            + other
                            + " instead of "
                            + this
                            + "; load it as a separate adapter");
        }
        return values;
    }

    /** Returns the values of a parameter without gradient, not copied, in a scope. */
    public static NDArray detached(Parameter parameter, NDManager scope) {
        return detached(parameter.getArray(), scope);
    }

    /**
     * Returns an array without gradient, not copied, in a scope. What is computed from an array
     * belongs to its manager: of one that lives as long as an adapter it would never be released.
     */
    @Internal
    public static NDArray detached(NDArray array, NDManager scope) {
        NDArray view = array.stopGradient();
        view.attach(scope);
        return view;
    }

    /** Sets the values of an array, such as that of a parameter, in place and in its own type. */
    public static void set(NDArray target, NDArray values) {
        boolean trained = target.hasGradient();
        target.setRequiresGradient(false);
        // casts to the target's type, which copyTo does not
        target.set(new NDIndex(":"), values);
        target.setRequiresGradient(trained);
    }

    /** The shape of the weight. */
    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return inputShapes.clone();
    }

    /** Releases the parameters. */
    @Override
    public void close() {
        getParameters().values().forEach(Parameter::close);
    }
}
