/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.adapter.orthogonal.Geodesic;
import org.djladapters.adapter.orthogonal.OrthogonalAdapter;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.OrthogonalKernel;

/**
 * An OFT adapter of one weight: W' = W D<sup>T</sup>, or y = x D W<sup>T</sup> + b, with D block
 * diagonal of rotations.
 *
 * <p>Parameter: {@code oft_R.weight} of shape (m, b(b-1)/2), the packed strictly upper triangles of
 * the skew matrices of the m blocks of size b, zeros at the start; m is 1 where the blocks share
 * one rotation.
 */
final class OftAdapter extends WeightAdapter implements OrthogonalAdapter {

    private final Form form;
    private final Parameter rotation;

    private record Form(
            Division division,
            boolean shared,
            OrthogonalMap map,
            NeumannSeries series,
            int terms,
            double bound) {

        /** Equal for configurations that compute the same. */
        static Form of(OftConfig config, Division division) {
            boolean summed = config.map() == OrthogonalMap.NEUMANN;
            boolean once = summed && config.series().endsOnce(config.terms());
            return new Form(
                    division,
                    config.shared(),
                    config.map(),
                    once ? NeumannSeries.LAST_ONCE : NeumannSeries.LAST_TWICE,
                    summed ? config.series().summed(config.terms()) : 0,
                    config.bound());
        }

        /** The number of different rotations. */
        int rotations() {
            return shared ? 1 : division.blocks();
        }

        /** The largest Frobenius norm of a skew matrix. */
        double limit() {
            return bound / Math.sqrt(rotations());
        }
    }

    OftAdapter(OftConfig config, Division division, WeightSpec weight) {
        this(Form.of(config, division), weight);
    }

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    private OftAdapter(Form form, WeightSpec weight) {
        super(weight);
        this.form = form;
        int size = form.division().size();
        long triangle = size * (size - 1L) / 2;
        rotation =
                addParameter(
                        "oft_R.weight", new Shape(form.rotations(), triangle), Initializer.ZEROS);
    }

    @Override
    protected Object groupKey() {
        return form;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> triangles = new ArrayList<>(group.size());
        for (WeightAdapter member : group) {
            triangles.add(value(((OftAdapter) member).rotation, store, manager, training));
        }
        if (form.bound() > 0) {
            // as in PEFT, training goes on from the shortened parameters
            triangles = OrthogonalKernel.shortened(triangles, form.limit(), training, manager);
        }
        int size = form.division().size();
        return OrthogonalKernel.matrices(
                        triangles, size, form.map(), form.series(), form.terms(), manager)
                .stream()
                .map(q -> WeightTransform.IDENTITY.withInput(blocks(q)))
                .toList();
    }

    @Override
    public boolean changesInputs() {
        return true;
    }

    @Override
    public FlopCount operations(Placement placement) {
        int size = form.division().size();
        return form.map()
                .building(form.rotations(), size, form.terms())
                .plus(FlopCount.rotating(1, form.division().blocks(), size));
    }

    @Override
    public OftAdapter newInstance() {
        return new OftAdapter(form, weight());
    }

    /** Of constrained rotations those are taken, and the result is again held within the bound. */
    @Override
    public Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope) {
        Geodesic path = new Geodesic(points, weights, scope);
        List<NDArray> triangles = path.values(rotation.getName());
        if (form.bound() > 0) {
            triangles = OrthogonalKernel.shortened(triangles, form.limit(), false, scope);
        }
        int size = form.division().size();
        return Map.of(rotation.getName(), path.rotations(triangles, size, form.map()));
    }

    private BlockRotation blocks(NDArray matrices) {
        Division division = form.division();
        NDArray all =
                form.shared()
                        ? matrices.broadcast(division.blocks(), division.size(), division.size())
                        : matrices;
        return new BlockRotation(all.expandDims(0), null);
    }

    @Override
    public String toString() {
        return "OftAdapter("
                + form.division()
                + ", "
                + form.map()
                + (form.series() == NeumannSeries.LAST_ONCE ? " with the last term once" : "")
                + (form.shared() ? ", shared" : "")
                + (form.bound() > 0 ? ", constrained to " + form.bound() : "")
                + ")";
    }
}
