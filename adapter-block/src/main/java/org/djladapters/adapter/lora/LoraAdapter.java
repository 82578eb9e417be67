/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.djladapters.adapter.Placement;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.lowrank.LowRankAdapter;
import org.djladapters.io.Internal;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.LowRankKernel;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * LoRA of one weight: W' = W + s B A, with DoRA scaled to rows of the norms m. An adapter that
 * {@linkplain LoraInit#takesFromWeight takes its start from the weight} has W' = W + s (B A -
 * B<sub>0</sub> A<sub>0</sub>), where the A<sub>0</sub> and B<sub>0</sub> that it starts with stay
 * as they are; they are computed whenever an adapter is made, and are in no file.
 *
 * <p>Parameters, named and shaped as in PEFT:
 *
 * <table>
 * <caption>Names and shapes</caption>
 * <tr><th></th><th>linear layer</th><th>convolution</th><th>embedding</th></tr>
 * <tr><td>A</td><td>{@code lora_A.weight} (r, in)</td><td>(r, in, height, width)</td>
 * <td>{@code lora_embedding_A} (r, rows)</td></tr>
 * <tr><td>B</td><td>{@code lora_B.weight} (out, r)</td><td>(out, r, 1, 1)</td>
 * <td>{@code lora_embedding_B} (columns, r)</td></tr>
 * <tr><td>bias of B</td><td>{@code lora_B.bias} (out)</td><td>(out)</td><td></td></tr>
 * <tr><td>m</td><td>{@code lora_magnitude_vector} (out)</td><td>(1, out, 1, 1)</td>
 * <td>(columns)</td></tr>
 * </table>
 */
@Internal
public final class LoraAdapter extends LowRankAdapter {

    /** One native call builds all of them, whatever their shapes. */
    private static final Object FORM = LoraAdapter.class;

    private final int rank;
    private final double scaling;
    private final double plusRatio;
    private final Origin origin;
    private final Parameter down;
    private final Parameter up;
    private final Parameter bias;
    private final Parameter magnitude;
    private LoraStart taken;

    /** What A<sub>0</sub> and B<sub>0</sub> depend on besides the weight, null without them. */
    private record Origin(LoraInit init, int rank, double scaling) {}

    @SuppressWarnings("this-escape") // registration of parameters, as in every Block
    LoraAdapter(LoraConfig config, WeightSpec weight) {
        super(weight, addedRank(config, weight), dropout(config, weight));
        rank = config.rank(weight.path());
        scaling = config.scaling(weight.path());
        boolean embedding = isEmbedding(weight);
        boolean convolution = weight.kind() == WeightSpec.Kind.CONV2D;
        plusRatio = config.plusRatio();
        origin = takesFromWeight(config, weight) ? new Origin(config.init(), rank, scaling) : null;
        Start start = Start.of(config.init(), weight, rank);
        Shape shape = weight.shape();
        int out = weight.features();
        down =
                addParameter(
                        embedding ? "lora_embedding_A" : "lora_A.weight",
                        convolution
                                ? new Shape(rank, shape.get(1), shape.get(2), shape.get(3))
                                : new Shape(rank, weight.inputs()),
                        start.down());
        up =
                addParameter(
                        embedding ? "lora_embedding_B" : "lora_B.weight",
                        convolution ? new Shape(out, rank, 1, 1) : new Shape(out, rank),
                        start.up());
        bias = config.loraBias() ? addParameter("lora_B.bias", new Shape(out), start.up()) : null;
        magnitude =
                config.dora()
                        ? addParameter(
                                "lora_magnitude_vector",
                                convolution ? new Shape(1, out, 1, 1) : new Shape(out),
                                Initializer.ONES)
                        : null;
    }

    private static boolean isEmbedding(WeightSpec weight) {
        return weight.kind() == WeightSpec.Kind.EMBEDDING;
    }

    private static boolean takesFromWeight(LoraConfig config, WeightSpec weight) {
        return config.init().takesFromWeight() && !isEmbedding(weight);
    }

    /**
     * Returns the rank of the added product: B A - B<sub>0</sub> A<sub>0</sub> if the start is
     * taken from the weight.
     */
    private static long addedRank(LoraConfig config, WeightSpec weight) {
        return (takesFromWeight(config, weight) ? 2L : 1L) * config.rank(weight.path());
    }

    /** The rows of an embedding are looked up, so that none can be left out. */
    private static double dropout(LoraConfig config, WeightSpec weight) {
        return isEmbedding(weight) ? 0 : config.dropout();
    }

    /** How A, and B with its bias, start. */
    private record Start(Initializer down, Initializer up) {

        static Start of(LoraInit init, WeightSpec weight, int rank) {
            if (isEmbedding(weight)) {
                Initializer normal = new NormalInitializer(1);
                return new Start(init == LoraInit.RANDOM ? normal : Initializer.ZEROS, normal);
            }
            Initializer uniform = uniform(weight.inputs());
            return switch (init) {
                // what is taken from the weight comes when that is known
                case DEFAULT, PISSA, OLORA -> new Start(uniform, Initializer.ZEROS);
                case GAUSSIAN -> new Start(new NormalInitializer(1f / rank), Initializer.ZEROS);
                case RANDOM -> new Start(uniform, uniform(rank));
            };
        }
    }

    /** {@return the rank r} */
    public int rank() {
        return rank;
    }

    /** {@return the factor s of B A} */
    public double scaling() {
        return scaling;
    }

    /**
     * Returns what the values that the parameters have now add to the layer, without the norms of
     * DoRA. It has twice the rank where the start was taken from the weight.
     */
    public LoraTerm term(NDManager scope) {
        NDArray a = detached(down, scope).reshape(rank, weight().inputs());
        NDArray b = detached(up, scope).reshape(weight().features(), rank);
        if (origin != null) {
            a = taken().below(a, scope);
            b = taken().beside(b, scope);
        }
        return new LoraTerm(a, b, bias == null ? null : detached(bias, scope), scaling);
    }

    /**
     * Lets this adapter add a term of its rank to its layer, whose bias counts if this adapter has
     * one.
     */
    public void set(LoraTerm term) {
        // arrays made on the way belong to the term's scope
        NDManager scope = term.up().getManager();
        double factor = term.factor() / scaling;
        NDArray b = TransformKernel.times(term.up(), factor, scope);
        set(down.getArray(), term.down().reshape(down.getArray().getShape()));
        set(up.getArray(), b.reshape(up.getArray().getShape()));
        if (bias != null) {
            NDArray shift =
                    term.bias() == null
                            ? scope.zeros(bias.getArray().getShape())
                            : TransformKernel.times(term.bias(), factor, scope);
            set(bias.getArray(), shift);
        }
    }

    @Override
    protected Object groupKey() {
        return FORM;
    }

    @Override
    protected List<WeightTransform> build(
            List<WeightAdapter> group, ParameterStore store, NDManager manager, boolean training) {
        List<NDArray> downs = new ArrayList<>(group.size());
        List<NDArray> ups = new ArrayList<>(group.size());
        double[] factors = new double[group.size()];
        for (int i = 0; i < factors.length; i++) {
            LoraAdapter member = (LoraAdapter) group.get(i);
            NDArray a = value(member.down, store, manager, training);
            NDArray b = value(member.up, store, manager, training);
            downs.add(member.origin == null ? a : member.taken().below(a, manager));
            ups.add(member.origin == null ? b : member.taken().beside(b, manager));
            factors[i] = member.scaling;
        }
        List<LowRank> sums = LowRankKernel.scaled(downs, ups, factors, manager);
        List<WeightTransform> transforms = new ArrayList<>(group.size());
        for (int i = 0; i < factors.length; i++) {
            LoraAdapter member = (LoraAdapter) group.get(i);
            transforms.add(member.transform(sums.get(i), store, manager, training));
        }
        return transforms;
    }

    /** Norms need autograd, as dropout does. */
    @Override
    public boolean allowsCustomBackward() {
        return magnitude == null && super.allowsCustomBackward();
    }

    /** With norms, W + B A is computed once a step besides. */
    @Override
    public FlopCount operations(Placement placement) {
        long rows = origin == null ? rank : 2L * rank;
        long sum = magnitude == null ? 0 : 2L * rows * weight().inputs() * weight().features();
        return super.operations(placement).plus(new FlopCount(0, 0, sum, 0));
    }

    private WeightTransform transform(
            LowRank sum, ParameterStore store, NDManager manager, boolean training) {
        WeightTransform transform =
                WeightTransform.IDENTITY.withLowRank(withDropout(sum, manager, training));
        if (bias != null) {
            NDArray own = value(bias, store, manager, training);
            transform = transform.withShift(TransformKernel.times(own, scaling, manager));
        }
        if (magnitude != null) {
            transform = transform.withMagnitude(flatValue(magnitude, store, manager, training));
        }
        return transform;
    }

    @Override
    public double rateFactor(String parameter) {
        return parameter.startsWith("lora_B") ? plusRatio : 1;
    }

    private LoraStart taken() {
        if (taken == null) {
            throw new IllegalStateException(
                    this + " starts from its weight; call initializeFrom first");
        }
        return taken;
    }

    /** Takes A and B from the weight, and sets the magnitude to the norms that the rows have. */
    @Override
    public void initializeFrom(NDArray base) {
        if (origin != null) {
            releaseStart();
            taken =
                    LoraStart.of(
                            origin.init(),
                            base,
                            weight().transposed(),
                            rank,
                            scaling,
                            down.getArray().getManager());
            set(down.getArray(), taken.down());
            set(up.getArray(), taken.up());
        }
        if (magnitude == null) {
            return;
        }
        NDArray target = magnitude.getArray();
        try (NDManager scope = target.getManager().newSubManager()) {
            set(target, startingNorms(base, scope).reshape(target.getShape()));
        }
    }

    private NDArray startingNorms(NDArray base, NDManager scope) {
        NDArray wide = TransformKernel.cast(base, magnitude.getArray(), scope);
        boolean transposed = weight().transposed();
        if (origin != null) {
            // what was taken from the weight is added again
            return TransformKernel.rowNorms(List.of(wide), List.of(transposed), scope)
                    .singletonOrThrow();
        }
        LowRank sum =
                LowRankKernel.scaled(
                                List.of(detached(down, scope)),
                                List.of(detached(up, scope)),
                                new double[] {scaling},
                                scope)
                        .get(0);
        WeightTransform moved = WeightTransform.IDENTITY.withLowRank(sum);
        NDArray start = TransformKernel.transform(wide, moved, transposed, scope);
        return TransformKernel.rowNorms(List.of(start), List.of(transposed), scope)
                .singletonOrThrow();
    }

    /**
     * The values with which this adapter does what another one does: missing rows of A and columns
     * of B are zeros, and B also bears what the scalings differ by.
     */
    @Override
    public Map<String, NDArray> valuesOf(WeightAdapter source, NDManager scope) {
        LoraAdapter other = (LoraAdapter) source;
        if (!Objects.equals(origin, other.origin)) {
            throw new IllegalArgumentException(
                    "The other adapter starts from another part of the weight; load it as a"
                            + " separate adapter");
        }
        if (other.rank > rank) {
            throw new IllegalArgumentException(
                    ("The other adapter has rank %d, but there is room for rank %d only; load"
                                    + " it as a separate adapter")
                            .formatted(other.rank, rank));
        }
        if ((magnitude == null) != (other.magnitude == null)) {
            throw new IllegalArgumentException(
                    "Only one of the adapters uses DoRA; load the other as a separate adapter");
        }
        if (bias == null && other.bias != null) {
            throw new IllegalArgumentException(
                    "The other adapter has a LoRA bias, for which there is no place; load it as"
                            + " a separate adapter");
        }
        double factor = other.scaling / scaling;
        Map<String, NDArray> values = new LinkedHashMap<>();
        values.put(down.getName(), padded(other.down, down, 0, scope));
        values.put(
                up.getName(), TransformKernel.times(padded(other.up, up, 1, scope), factor, scope));
        if (bias != null) {
            NDArray theirs =
                    other.bias == null
                            ? scope.zeros(new Shape(weight().features()))
                            : TransformKernel.times(detached(other.bias, scope), factor, scope);
            values.put(bias.getName(), theirs);
        }
        if (magnitude != null) {
            values.put(magnitude.getName(), detached(other.magnitude, scope));
        }
        return values;
    }

    /** Values with zeros behind them along the axis of the rank. */
    private static NDArray padded(Parameter from, Parameter to, int axis, NDManager scope) {
        NDArray values = detached(from, scope);
        Shape shape = values.getShape();
        long missing = to.getArray().getShape().get(axis) - shape.get(axis);
        if (missing == 0) {
            return values;
        }
        long[] sizes = shape.getShape().clone();
        sizes[axis] = missing;
        return values.concat(scope.zeros(new Shape(sizes), values.getDataType()), axis);
    }

    /** Releases the parameters, and what was taken from the weight. */
    @Override
    public void close() {
        super.close();
        releaseStart();
    }

    private void releaseStart() {
        if (taken != null) {
            taken.close();
            taken = null;
        }
    }

    @Override
    public String toString() {
        return "LoraAdapter(rank "
                + rank
                + ", scaling "
                + scaling
                + (origin == null ? "" : ", " + origin.init())
                + (magnitude == null ? "" : ", dora")
                + (bias == null ? "" : ", with a bias")
                + ")";
    }
}
