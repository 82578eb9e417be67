/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.Runs;

/** Adapters of small models that are no identities. */
public final class MovedAdapters {

    private MovedAdapters() {}

    /** Opens a model with adapters that differ from one another; the first is active. */
    public static AdaptedModel open(String model, String... names) throws IOException {
        AdaptedModel opened = Runs.open(model);
        List.of(names).forEach(name -> add(opened, name, null));
        return opened;
    }

    /** Adds an adapter whose numbers follow from its name. */
    public static Adapter add(AdaptedModel model, String name, HeadConfig head) {
        CompoundConfig config =
                CompoundConfig.builder().optOrders(1).optTargets("query", "value").build();
        Adapter adapter = head == null ? model.add(name, config) : model.add(name, config, head);
        move(model, adapter, name.hashCode());
        return adapter;
    }

    private static void move(AdaptedModel model, Adapter adapter, long seed) {
        Random random = new Random(seed);
        model.update(
                () -> {
                    for (Parameter parameter : adapter.parameters().values()) {
                        NDArray array = parameter.getArray();
                        float[] values = new float[Math.toIntExact(array.size())];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = (float) random.nextGaussian();
                        }
                        array.setRequiresGradient(false);
                        try (NDArray change = array.getManager().create(values, array.getShape())) {
                            array.addi(change);
                        }
                    }
                });
    }
}
