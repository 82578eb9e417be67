/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.HeadConfig.Pooling;

/**
 * ConvNeXt (Liu et al., arXiv 2201.03545) and ConvNeXt V2 (Woo et al., arXiv 2301.00808):
 * convolutions of single features, with linear layers between them.
 */
final class ConvNext {

    private static final String FIRST = "convnext";
    private static final String SECOND = "convnextv2";
    private static final String DEPTHS = "depths";
    private static final String WIDTHS = "hidden_sizes";
    private static final String STAGES = "num_stages";

    /** A program has lines for each layer: more than any model has would fill the memory. */
    private static final int MOST_LAYERS = 1000;

    static final Architecture ARCHITECTURE = family(FIRST);

    static final Architecture NORMALIZING = family(SECOND);

    private ConvNext() {}

    private static Architecture family(String type) {
        return new Architecture(
                "ConvNeXt",
                List.of(type),
                List.of(ModelHead.IMAGE),
                List.of(STAGES),
                Traits.adapting("pwconv1", "pwconv2")
                        .withClassifier(ClassifierForm.images(type, Pooling.POOLER))
                        .withOwnVector(),
                ConvNext::describe);
    }

    private static ProgramSpec describe(ConfigReader config, ModelHead head) throws IOException {
        String base = config.string("model_type", FIRST);
        int stages = config.size(STAGES, 4);
        List<Integer> widths = sizes(config, WIDTHS, stages, List.of(96, 192, 384, 768));
        List<Integer> depths = sizes(config, DEPTHS, stages, List.of(3, 3, 9, 3));
        ImageGrid grid = ImageGrid.of(config, 4).requireSquare(config);
        boolean second = base.equals(SECOND);
        List<Integer> before = new ArrayList<>(widths);
        before.add(0, widths.get(0));
        return ProgramSpec.builder(FIRST, base, config, head)
                .put("base", base)
                .put(ProgramSpec.LAYERS, stages)
                .put("widths", widths)
                .put("before", before)
                .put("depths", depths)
                .put("halves", IntStream.range(0, stages).mapToObj(i -> i == 0 ? "" : "1").toList())
                .put("first_width", widths.get(0))
                .put("hidden_size", widths.get(stages - 1))
                .put("num_channels", config.size("num_channels", 3))
                .put("patch_height", grid.patchHeight())
                .put("patch_width", grid.patchWidth())
                .put("scaled", !second && config.number("layer_scale_init_value", 1e-6) > 0)
                .put("responds", second)
                .put("eps", 1e-6)
                .put("last_eps", config.number("layer_norm_eps", 1e-12))
                .put("activation", Activations.of(config, "hidden_act", "gelu"))
                .build();
    }

    /** Returns a number for each stage. */
    private static List<Integer> sizes(
            ConfigReader config, String key, int stages, List<Integer> absent) throws IOException {
        List<Integer> sizes = config.has(key) ? config.integers(key) : absent;
        boolean many = key.equals(DEPTHS) && sizes.stream().anyMatch(size -> size > MOST_LAYERS);
        if (sizes.size() < stages || many || sizes.stream().anyMatch(size -> size < 1)) {
            throw config.wrong(key, "a positive number for each of %d stages".formatted(stages));
        }
        return sizes.subList(0, stages);
    }
}
