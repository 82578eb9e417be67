/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;

/** Writes adapters of a small model that are no identities. */
final class SavedAdapters {

    static final Path MODEL = Path.of("../adapter-block/src/test/resources/models/tiny-bert");

    private SavedAdapters() {}

    /** Writes an adapter for vectors, whose numbers follow from a seed. */
    static void embedding(AdaptedModel model, Path directory, long seed) throws IOException {
        move(model, model.add("a", config()), seed);
        AdapterDirectory.save(model, "a", directory);
        model.delete("a");
    }

    /** Writes an adapter with one output for pairs, as training leaves it. */
    static void scoring(AdaptedModel model, Path directory) throws IOException {
        HeadConfig head = new HeadConfig(1, HeadConfig.Pooling.CLS);
        move(model, model.add("a", config(), head), 3);
        AdapterDirectory.save(
                model,
                "a",
                directory,
                AdapterDirectory.Layout.PACKED,
                Map.of(
                        AdapterDirectory.LABELS,
                        "[]",
                        AdapterDirectory.PROVENANCE,
                        "{\"options\": {\"pairs\": \"true\", \"max_length\": \"32\"}}"));
        model.delete("a");
    }

    private static CompoundConfig config() {
        return CompoundConfig.builder().optOrders(1).optTargets("query", "value").build();
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
