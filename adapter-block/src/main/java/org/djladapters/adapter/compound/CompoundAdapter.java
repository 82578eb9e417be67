/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Geodesic;
import org.djladapters.adapter.orthogonal.OrthogonalAdapter;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundBackward;
import org.djladapters.rotation.programs.CompoundKernel;

/**
 * A compound adapter of one weight: W' = diag(s) C<sup>T</sup> W R<sup>T</sup> with C and R block
 * diagonal of compound matrices, one of which may be left out.
 *
 * <p>Parameters of C: {@code compound} of shape {@link CompoundForm#parameterShape()}, zeros at the
 * start (identity matrices where the map is {@code matrix}), and with gains {@code compound_gains}
 * of shape {@link CompoundForm#gainShape()}, zeros at the start; of R in the same way {@code
 * compound_in} and {@code compound_in_gains}. With scaling {@code compound_s} of shape (features,
 * 1), ones at the start.
 *
 * <p>Source: Raj and Coyle, "Hyper Compressed Fine-Tuning of Large Foundation Models with Quantum
 * Inspired Adapters", arXiv 2502.06916. Gains and R are not in the paper.
 */
class CompoundAdapter extends WeightAdapter implements OrthogonalAdapter {

    private final Forms forms;
    private final SideRotation output;
    private final SideRotation input;
    private final Parameter scale;

    /** The forms of the rotations of a weight, C and R, one of which may be null. */
    record Forms(CompoundForm output, CompoundForm input) {

        /** Returns a key that layers share if they can have one custom backward pass. */
        Object backwardKey() {
            return List.of(input != null, CompoundBackward.groupKey(only()));
        }

        boolean allowCustomBackward() {
            boolean one = output == null || input == null;
            return one && CompoundBackward.supports(only());
        }

        private CompoundForm only() {
            return output == null ? input : output;
        }

        @Override
        public String toString() {
            String inputs = input == null ? "" : "inputs: " + CompoundOptions.describe(input);
            if (output == null) {
                return inputs;
            }
            String outputs = CompoundOptions.describe(output);
            return input == null ? outputs : "outputs: " + outputs + "; " + inputs;
        }
    }

    /**
     * Constructs an adapter.
     *
     * @param forms how the rotations are built; the features of C are those of the weight, the
     *     features of R its inputs
     * @param scaling whether every output feature gets a trained factor
     * @param weight the weight it is for
     */
    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    CompoundAdapter(Forms forms, boolean scaling, WeightSpec weight) {
        super(weight);
        this.forms = forms;
        output = side(SideRotation.OUTPUT, forms.output());
        input = side(SideRotation.INPUT, forms.input());
        scale =
                scaling
                        ? addParameter(
                                "compound_s", new Shape(weight.features(), 1), Initializer.ONES)
                        : null;
    }

    private SideRotation side(String name, CompoundForm form) {
        if (form == null) {
            return null;
        }
        SideRotation side = new SideRotation(name, form);
        side.parameters().forEach(this::addParameter);
        return side;
    }

    @Override
    protected Object groupKey() {
        return forms;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> transforms = new ArrayList<>(scales(group, store, manager, training));
        if (output != null) {
            List<BlockRotation> outputs =
                    rotations(group, member -> member.output, store, manager, training);
            for (int i = 0; i < outputs.size(); i++) {
                transforms.set(i, transforms.get(i).withOutput(outputs.get(i)));
            }
        }
        if (input != null) {
            List<BlockRotation> inputs =
                    rotations(group, member -> member.input, store, manager, training);
            for (int i = 0; i < inputs.size(); i++) {
                transforms.set(i, transforms.get(i).withInput(inputs.get(i)));
            }
        }
        return transforms;
    }

    private List<BlockRotation> rotations(
            List<WeightAdapter> group,
            Function<CompoundAdapter, SideRotation> side,
            ParameterStore store,
            NDManager manager,
            boolean training) {
        List<NDArray> parameters = parameters(group, side, store, manager, training);
        return CompoundKernel.rotations(side.apply(this).plan(), parameters, manager);
    }

    /** The transforms that do nothing but scale. */
    private List<WeightTransform> scales(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<WeightTransform> scales = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            Parameter own = ((CompoundAdapter) member).scale;
            scales.add(
                    WeightTransform.IDENTITY.withScale(
                            own == null ? null : flatValue(own, store, manager, training)));
        }
        return scales;
    }

    /**
     * Coordinates that no compound matrix fills stay as they are, but for the scaling. A rotation
     * of the inputs changes all outputs.
     */
    @Override
    public int covered() {
        boolean all = scale != null || forms.input() != null;
        return all ? weight().features() : forms.output().covered();
    }

    @Override
    public boolean changesInputs() {
        return input != null;
    }

    /** One rotation has one; those of both sides train by autograd. */
    @Override
    public boolean allowsCustomBackward() {
        return forms.allowCustomBackward();
    }

    @Override
    protected Object backwardGroupKey() {
        return forms.backwardKey();
    }

    @Override
    protected CustomBackward customBackward(
            List<WeightAdapter> group,
            List<NDArray> weights,
            ParameterStore store,
            NDManager manager) {
        Function<CompoundAdapter, SideRotation> side =
                member -> member.input == null ? member.output : member.input;
        List<NDArray> parameters = parameters(group, side, store, manager, true);
        List<CompoundForm> groupForms =
                group.stream().map(member -> side.apply((CompoundAdapter) member).form()).toList();
        return CompoundBackward.of(
                side.apply(this).plan(),
                groupForms,
                input != null,
                parameters,
                scales(group, store, manager, true),
                weights,
                transposed(group),
                manager);
    }

    @Override
    public FlopCount operations(Placement placement) {
        boolean custom = placement == Placement.CUSTOM_BACKWARD;
        FlopCount sum = FlopCount.NONE;
        if (output != null) {
            sum = sum.plus(output.form().operations(weight().inputs(), custom));
        }
        if (input != null) {
            sum = sum.plus(input.form().operations(weight().features(), custom));
        }
        return sum;
    }

    private List<NDArray> parameters(
            List<WeightAdapter> group,
            Function<CompoundAdapter, SideRotation> side,
            ParameterStore store,
            NDManager manager,
            boolean training) {
        List<SideRotation> sides =
                group.stream().map(member -> side.apply((CompoundAdapter) member)).toList();
        return SideRotation.parameters(sides).stream()
                .map(own -> value(own, store, manager, training))
                .toList();
    }

    /** Tells whether every output feature has a trained factor. */
    final boolean isScaling() {
        return scale != null;
    }

    @Override
    public CompoundAdapter newInstance() {
        return new CompoundAdapter(forms, scale != null, weight());
    }

    @Override
    public Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope) {
        Geodesic path = new Geodesic(points, weights, scope);
        Map<String, NDArray> values = new LinkedHashMap<>();
        for (SideRotation side : Arrays.asList(output, input)) {
            if (side != null) {
                values.putAll(side.interpolated(path));
            }
        }
        if (scale != null) {
            values.put(scale.getName(), path.factors(scale.getName()));
        }
        return values;
    }

    /**
     * Rotates activations x of shape (..., features): y = (x C) &#8857; s, with the manager of x.
     */
    NDArray rotate(NDArray activations, ParameterStore store, boolean training) {
        try (NDManager scope = activations.getManager().newSubManager()) {
            WeightTransform transform = transforms(List.of(this), store, scope, training).get(0);
            return CompoundKernel.rotate(activations, transform);
        }
    }

    /** Makes the parameters, at least of type float32 since Q is not computed in half precision. */
    void makeParameters(NDManager manager, DataType dataType) {
        Shape shape = weight().shape();
        initialize(manager, WeightSpec.linear(shape, dataType).parameterType(), shape);
    }

    @Override
    public void close() {
        super.close();
        for (SideRotation side : Arrays.asList(output, input)) {
            if (side != null) {
                side.close();
            }
        }
    }

    @Override
    public String layout() {
        return forms + (scale == null ? "" : ", scaling");
    }

    @Override
    public String toString() {
        return "CompoundAdapter(" + layout() + ")";
    }
}
