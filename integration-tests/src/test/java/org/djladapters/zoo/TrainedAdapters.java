/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

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
import org.djladapters.model.Models;

/** Adapters as training leaves them, with numbers that are not those they start with. */
public final class TrainedAdapters {

    private TrainedAdapters() {}

    /**
     * Saves an adapter.
     *
     * @param head its head, null for none
     * @param labels the text of its labels, null for none
     */
    static Path save(String base, HeadConfig head, String labels, Path directory)
            throws IOException {
        return save(
                base,
                head,
                labels == null ? Map.of() : Map.of(AdapterDirectory.LABELS, labels),
                directory);
    }

    /**
     * Saves an adapter with texts.
     *
     * @param head its head, null for none
     * @param texts the contents of files by name
     */
    public static Path save(String base, HeadConfig head, Map<String, String> texts, Path directory)
            throws IOException {
        return save(Models.directory(base), head, texts, directory);
    }

    /** The same for a model in a folder. */
    public static Path save(Path base, HeadConfig head, Map<String, String> texts, Path directory)
            throws IOException {
        return save(base, head, texts, directory, "query", "value");
    }

    /** The same with the names of the layers that are adapted. */
    public static Path save(
            Path base,
            HeadConfig head,
            Map<String, String> texts,
            Path directory,
            String... targets)
            throws IOException {
        CompoundConfig config = CompoundConfig.builder().optOrders(1).optTargets(targets).build();
        try (AdaptedModel model = AdaptedModel.open(base)) {
            disturb(head == null ? model.add("a", config) : model.add("a", config, head));
            AdapterDirectory.save(model, "a", directory, AdapterDirectory.Layout.PACKED, texts);
        }
        return directory;
    }

    private static void disturb(Adapter adapter) {
        Random random = new Random(7);
        for (Parameter parameter : adapter.parameters().values()) {
            NDArray array = parameter.getArray();
            float[] values = new float[Math.toIntExact(array.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * random.nextGaussian());
            }
            array.setRequiresGradient(false);
            try (NDArray change = array.getManager().create(values, array.getShape())) {
                array.addi(change);
            }
        }
    }
}
