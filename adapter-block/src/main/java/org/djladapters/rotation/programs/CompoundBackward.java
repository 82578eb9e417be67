/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.WeightTransform;

/**
 * Layers with W' = C<sup>T</sup> W or W C<sup>T</sup>, C of compound matrices of orthogonal Q, or
 * of A = Q diag(e<sup>d</sup>) where there are gains d.
 *
 * <p>Let z = x W'<sup>T</sup> and G its gradient. A change of Q is Q A with A skew, and the change
 * of C<sub>k</sub>(Q) then C<sub>k</sub>(Q) c<sub>k</sub>(A), where c<sub>k</sub>(A), the additive
 * compound, is linear in A: its entry at subsets I and J is &plusmn;A<sub>ij</sub> where J is I
 * with i replaced by j, and zero where they differ in more. As x W<sup>T</sup> C<sub>k</sub>(Q) =
 * z, the gradient of A is that of the linear form &lang;z<sup>T</sup> G, c<sub>k</sub>(A)&rang;,
 * summed over the orders: a product for every order and a gather of its entries. No gradient of C
 * itself is ever computed. That of the parameters of Q is autograd's.
 *
 * <p>With gains A takes the place of Q, and the change X in A X is no longer skew, so that entries
 * on its diagonal count too. Where C turns the inputs, z = x C W<sup>T</sup>, a change is written
 * as X A: that of C<sub>k</sub> is c<sub>k</sub>(X) C<sub>k</sub>, and the linear form that of
 * x<sup>T</sup> (G W'), whose second factor is the gradient that goes on to the layers before.
 */
public final class CompoundBackward implements CustomBackward {

    private final CompoundPlan plan;
    private final List<CompoundForm> forms;
    private final List<NDArray> originals;
    private final boolean[] transposed;
    private final NDArray matrices;
    private final NDArray inverse;
    private final boolean ofInputs;
    private final List<Layer> layers;

    private CompoundBackward(
            CompoundPlan plan,
            List<CompoundForm> forms,
            List<NDArray> originals,
            boolean[] transposed,
            NDArray matrices,
            NDArray inverse,
            boolean ofInputs,
            List<Layer> layers) {
        this.plan = plan;
        this.forms = forms;
        this.originals = originals;
        this.transposed = transposed;
        this.matrices = matrices;
        this.inverse = inverse;
        this.ofInputs = ofInputs;
        this.layers = layers;
    }

    /**
     * Tells whether rotations of a form can have a custom backward pass: whether they are single
     * determinants of orthogonal matrices.
     */
    public static boolean supports(CompoundForm form) {
        boolean determinants =
                form.rule() == EntryRule.DETERMINANT || form.layout().largestOrder() == 1;
        return form.map().isOrthogonal() && determinants && form.chain() == 1;
    }

    /**
     * Returns what layers share whose rotations can be computed together, compared by {@code
     * equals}: all of their form but the numbers of features and blocks.
     */
    public static Object groupKey(CompoundForm form) {
        CompoundLayout layout = form.layout();
        return List.of(
                form.map(),
                layout.orders(),
                layout.blockSize(),
                layout.size(),
                form.gains(),
                form.strided());
    }

    /**
     * Computes the rotations of layers with one {@link #groupKey}, in one native call.
     *
     * @param plan the index arrays of one of the forms
     * @param ofInputs whether the rotations turn the inputs of the layers
     * @param parameters the parameters of every layer, and then their gains, as for {@link
     *     CompoundKernel#rotations}
     * @param rests what else is done to the outputs of every layer
     * @param weights the weight of every layer, of the type of the parameters
     * @param transposed whether the weight at a position is stored as (in, out)
     */
    public static CompoundBackward of(
            CompoundPlan plan,
            List<CompoundForm> forms,
            boolean ofInputs,
            List<NDArray> parameters,
            List<WeightTransform> rests,
            List<NDArray> weights,
            boolean[] transposed,
            NDManager manager) {
        NDList results =
                KernelProgram.BACKWARD
                        .call("rotations", manager)
                        .tensors(parameters)
                        .tensors(plan.arrays())
                        .tensor(plan.options())
                        .run();
        NDArray matrices = results.get(0);
        List<NDArray> blocks = results.subList(2, results.size());
        CompoundPlan.Tangents tangents = plan.tangents();
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Task task =
                    Task.rotation(
                            blocks.get(i),
                            forms.get(i),
                            ofInputs,
                            tangents.positions(),
                            tangents.signs());
            layers.add(new Layer(rests.get(i), task));
        }
        return new CompoundBackward(
                plan,
                List.copyOf(forms),
                List.copyOf(weights),
                transposed.clone(),
                matrices,
                results.get(1),
                ofInputs,
                List.copyOf(layers));
    }

    @Override
    public NDList weights(NDManager manager) {
        int[] parts = plan.form().layout().parts().stream().mapToInt(Integer::intValue).toArray();
        return KernelProgram.BACKWARD
                .call("rotated_weights", manager)
                .tensors(layers.stream().map(layer -> layer.task().blocks()).toList())
                .tensors(originals)
                .made(scope -> scope.create(transposed))
                .made(scope -> scope.create(blocks(forms)))
                .made(scope -> scope.create(parts))
                .made(scope -> scope.create(ofInputs))
                .made(scope -> scope.create(plan.form().strided()))
                .run();
    }

    @Override
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public void backward(List<SavedTensors> saved, NDManager scope) {
        List<CompoundForm> passed = saved.stream().map(use -> forms.get(use.layer())).toList();
        long[] firsts = saved.stream().mapToLong(use -> first(use.layer())).toArray();
        long[] distinct = passed.stream().mapToLong(CompoundBackward::distinct).toArray();
        KernelProgram.BACKWARD
                .call("add_rotation_gradients", scope)
                .tensor(matrices)
                .tensor(inverse)
                .tensors(saved.stream().map(CompoundBackward::tangent).toList())
                .tensor(scope.create(firsts))
                .tensor(scope.create(distinct))
                .tensor(scope.create(ofInputs))
                .run();
    }

    /** Returns the gradient of X, the only result of a {@link Task#rotation}. */
    private static NDArray tangent(SavedTensors use) {
        return use.arrays().get(0);
    }

    /** Returns where the matrices of a layer begin. */
    private long first(int layer) {
        return forms.stream().limit(layer).mapToLong(CompoundBackward::distinct).sum();
    }

    private static long distinct(CompoundForm form) {
        return form.parameterShape().get(1);
    }

    private static long[] blocks(List<CompoundForm> forms) {
        return forms.stream().mapToLong(form -> form.layout().blocks()).toArray();
    }
}
