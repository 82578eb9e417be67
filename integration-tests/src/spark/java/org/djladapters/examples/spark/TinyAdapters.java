/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.examples.cli.Samples;
import org.djladapters.model.AdaptedModel;

/** Adapters of a tiny model, which differ from one another. */
final class TinyAdapters {

    /** The base model. */
    static final Path MODEL = Samples.model("tiny-bert");

    /** Adapters for vectors. */
    static final List<String> EMBEDDINGS = List.of("acme", "globex", "initech");

    /** An adapter for classes. */
    static final String TICKETS = "tickets";

    /** An adapter for scores of pairs. */
    static final String RANK = "rank";

    /** An adapter for entities. */
    static final String TAGS = "tags";

    private TinyAdapters() {}

    /** Writes all of them into a folder. */
    static void write(Path folder) throws IOException {
        for (String name : EMBEDDINGS) {
            write(folder, name, name.hashCode());
        }
        write(
                folder.resolve(TICKETS),
                1,
                new HeadConfig(3, HeadConfig.Pooling.MEAN),
                "CLASSIFICATION",
                "[\"a\",\"b\",\"c\"]");
        write(
                folder.resolve(RANK),
                2,
                new HeadConfig(1, HeadConfig.Pooling.CLS),
                "RERANKING",
                "[]");
        write(
                folder.resolve(TAGS),
                3,
                new HeadConfig(3, HeadConfig.Pooling.NONE),
                "TOKEN_CLASSIFICATION",
                "[\"O\",\"B-PER\",\"I-PER\"]");
    }

    /** Writes an adapter for vectors. */
    static void write(Path folder, String name, long seed) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(MODEL)) {
            move(model, model.add(name, config()), seed);
            AdapterDirectory.save(model, name, folder.resolve(name));
        }
    }

    private static void write(Path folder, long seed, HeadConfig head, String task, String labels)
            throws IOException {
        try (AdaptedModel model = AdaptedModel.open(MODEL)) {
            move(model, model.add("a", config(), head), seed);
            AdapterDirectory.save(
                    model,
                    "a",
                    folder,
                    AdapterDirectory.Layout.PACKED,
                    Map.of(
                            AdapterDirectory.LABELS,
                            labels,
                            AdapterDirectory.PROVENANCE,
                            "{\"options\": {\"task\": \"%s\", \"max_length\": \"32\"}}"
                                    .formatted(task)));
        }
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
