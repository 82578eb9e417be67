/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * The trained vector of a Uni-LoRA adapter, and which of its entries the entries of A and B of all
 * layers are.
 *
 * <p>Every entry of the vector is used equally often, but for one. PEFT draws the choice anew when
 * it loads an adapter, layer by layer in the order of the model, first A then B; this is the same
 * one.
 */
final class UniLoraVector implements AutoCloseable {

    /** The name of the vector in PEFT. */
    static final String NAME = "unilora_theta_d";

    /** So many indices and scales take 3 GiB. */
    private static final long MOST_ENTRIES = 1L << 28;

    private final UniLoraConfig config;
    private final List<WeightSpec> weights;
    private final Parameter values;

    /** Of every weight, once they are drawn. */
    private List<Entries> entries = List.of();

    /**
     * Which entries of the vector make up A of shape (r, in) and B of shape (out, r) of a layer,
     * and what they are multiplied by.
     */
    record Entries(NDArray down, NDArray up, NDArray downScales, NDArray upScales) {

        /** The arrays by the names that PEFT gives them. */
        Map<String, NDArray> arrays() {
            return Map.of(
                    "unilora_indices_A",
                    down,
                    "unilora_indices_B",
                    up,
                    "unilora_scales_A",
                    downScales,
                    "unilora_scales_B",
                    upScales);
        }
    }

    /** Makes a vector, not yet initialized, for weights in the order of the model. */
    UniLoraVector(UniLoraConfig config, List<WeightSpec> weights) {
        this.config = config;
        this.weights = List.copyOf(weights);
        if (count() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    ("Rank %d makes %d entries of low-rank updates, where at most %d are possible;"
                                    + " choose a smaller rank or fewer targets")
                            .formatted(config.rank(), count(), MOST_ENTRIES));
        }
        float bound = (float) config.initialBound();
        values =
                WeightAdapter.parameter(
                        NAME,
                        new Shape(config.vectorLength()),
                        (manager, shape, type) ->
                                manager.randomUniform(-bound, bound, shape, type));
    }

    /** The trained vector. */
    Parameter values() {
        return values;
    }

    /** Returns the number of entries of A and B of all weights. */
    static long entries(List<WeightSpec> weights, int rank) {
        return weights.stream().mapToLong(w -> (long) rank * (w.inputs() + w.features())).sum();
    }

    private long count() {
        return entries(weights, config.rank());
    }

    private long downSize(WeightSpec weight) {
        return (long) config.rank() * weight.inputs();
    }

    private long upSize(WeightSpec weight) {
        return (long) config.rank() * weight.features();
    }

    /** Initializes the vector and draws the choice, the first time it is called. */
    synchronized void initialize(NDManager manager) {
        if (!entries.isEmpty()) {
            return;
        }
        boolean isDouble = weights.stream().anyMatch(w -> w.parameterType() == DataType.FLOAT64);
        values.initialize(manager, isDouble ? DataType.FLOAT64 : DataType.FLOAT32);
        int[] chosen = choice();
        float[] scales = scales(chosen);
        List<Entries> drawn = new ArrayList<>();
        int first = 0;
        for (WeightSpec weight : weights) {
            int middle = first + (int) downSize(weight);
            int last = middle + (int) upSize(weight);
            Shape down = new Shape(config.rank(), weight.inputs());
            Shape up = new Shape(weight.features(), config.rank());
            DataType type = weight.parameterType();
            drawn.add(
                    new Entries(
                            indices(chosen, first, down, manager),
                            indices(chosen, middle, up, manager),
                            scales(scales, chosen, first, down, type, manager),
                            scales(scales, chosen, middle, up, type, manager)));
            first = last;
        }
        entries = List.copyOf(drawn);
    }

    private int[] choice() {
        int length = config.vectorLength();
        int[] chosen = new int[(int) count()];
        int times = chosen.length / length;
        for (int i = 0; i < times * length; i++) {
            chosen[i] = i / times;
        }
        NumpyRandom random = new NumpyRandom(config.seed());
        int rest = chosen.length - times * length;
        if (rest > 0) {
            System.arraycopy(random.choice(length, rest), 0, chosen, times * length, rest);
        }
        random.shuffle(chosen);
        return chosen;
    }

    /** 1/&radic;n for an entry that is used n times: so the map keeps lengths and angles. */
    private float[] scales(int[] chosen) {
        int[] uses = new int[config.vectorLength()];
        for (int entry : chosen) {
            uses[entry]++;
        }
        float[] scales = new float[uses.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (1 / Math.sqrt(uses[i]));
        }
        return scales;
    }

    private static NDArray indices(int[] chosen, int first, Shape shape, NDManager manager) {
        long[] part = new long[(int) shape.size()];
        for (int i = 0; i < part.length; i++) {
            part[i] = chosen[first + i];
        }
        return manager.create(part, shape);
    }

    private static NDArray scales(
            float[] scales,
            int[] chosen,
            int first,
            Shape shape,
            DataType type,
            NDManager manager) {
        float[] part = new float[(int) shape.size()];
        for (int i = 0; i < part.length; i++) {
            part[i] = scales[chosen[first + i]];
        }
        NDArray array = manager.create(part, shape);
        if (type == DataType.FLOAT32) {
            return array;
        }
        try (array) {
            return array.toType(type, true);
        }
    }

    /** Returns the entries of the vector that a weight takes. */
    Entries entries(int weight) {
        return entries.get(weight);
    }

    /** Releases the arrays; later calls do nothing. */
    @Override
    public synchronized void close() {
        values.close();
        entries.stream()
                .flatMap(e -> Stream.of(e.down(), e.up(), e.downScales(), e.upScales()))
                .forEach(NDArray::close);
    }
}
