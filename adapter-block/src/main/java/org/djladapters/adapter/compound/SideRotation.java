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
import ai.djl.training.initializer.Initializer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.orthogonal.Geodesic;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.programs.CompoundPlan;

/** The rotation of one side of a layer: its form, its parameters and its index arrays. */
final class SideRotation {

    /** The name of the parameters of the outputs' rotation. */
    static final String OUTPUT = "compound";

    /** The name of the parameters of the inputs' rotation. */
    static final String INPUT = "compound_in";

    /** What follows the name of the parameters in that of their gains. */
    static final String GAINS = "_gains";

    private final CompoundForm form;
    private final Parameter matrices;
    private final Parameter gains;
    private CompoundPlan plan;

    SideRotation(String name, CompoundForm form) {
        this.form = form;
        Initializer start = form.map().isSkew() ? Initializer.ZEROS : SideRotation::identities;
        matrices = WeightAdapter.parameter(name, form.parameterShape(), start);
        gains =
                form.gains()
                        ? WeightAdapter.parameter(name + GAINS, form.gainShape(), Initializer.ZEROS)
                        : null;
    }

    private static NDArray identities(NDManager manager, Shape shape, DataType dataType) {
        int n = Math.toIntExact(shape.get(2));
        return manager.eye(n, n, 0, dataType)
                .reshape(1, 1, n, n)
                .tile(new long[] {shape.get(0), shape.get(1), 1, 1});
    }

    CompoundForm form() {
        return form;
    }

    /** The parameters that the matrices Q are made from. */
    Parameter matrices() {
        return matrices;
    }

    /** The parameters in the sequence in which a module has them. */
    List<Parameter> parameters() {
        return Stream.of(matrices, gains).filter(parameter -> parameter != null).toList();
    }

    /** The parameters of many layers as the native programs take them: gains come last. */
    static List<Parameter> parameters(List<SideRotation> layers) {
        Stream<Parameter> first = layers.stream().map(SideRotation::matrices);
        Stream<Parameter> last =
                layers.stream().map(layer -> layer.gains).filter(parameter -> parameter != null);
        return Stream.concat(first, last).toList();
    }

    /** The index arrays, which other rotations of this form use, too. */
    synchronized CompoundPlan plan() {
        if (plan == null || !plan.isOpen()) {
            plan = SharedPlans.lease(form, matrices.getArray().getManager());
        }
        return plan;
    }

    /**
     * The values between those of others.
     *
     * @throws IllegalArgumentException if the matrices are not orthogonal
     */
    Map<String, NDArray> interpolated(Geodesic path) {
        boolean determinants =
                form.rule() == EntryRule.DETERMINANT || form.layout().largestOrder() == 1;
        boolean sum = form.added() && form.chain() > 1;
        if (!determinants || sum || form.gains()) {
            throw new IllegalArgumentException(
                    "Interpolation needs orthogonal matrices: determinants without gains, and"
                            + " chains that are multiplied. These are "
                            + CompoundOptions.describe(form));
        }
        Map<String, NDArray> values = new LinkedHashMap<>();
        List<NDArray> triangles = path.values(matrices.getName());
        values.put(matrices.getName(), path.rotations(triangles, form.layout().size(), form.map()));
        return values;
    }

    synchronized void close() {
        if (plan != null) {
            SharedPlans.release(plan);
            plan = null;
        }
    }
}
