/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.budget.Budget;
import org.djladapters.adapter.budget.Layout;
import org.djladapters.adapter.budget.Place;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;
import org.djladapters.option.Argument;

/** The method C3A. */
@Internal
public final class C3aMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "c3a",
                    settings(),
                    new C3aFormat(),
                    LearningRate.fixed(1e-1f),
                    0x882255,
                    new Budget(Set.of("--block-size", "--block-size-pattern"), C3aMethod::layouts));

    /** On few layers too, where a model has them; the largest that fit need no option. */
    private static final List<Integer> LARGE_BLOCKS = List.of(384, 256, 192, 128);

    /** On all linear layers only. */
    private static final List<Integer> SMALL_BLOCKS = List.of(96, 64, 48, 32, 24, 16, 12, 8);

    private C3aMethod() {}

    private static List<Layout> layouts(List<Place> places) {
        List<Layout> layouts = new ArrayList<>();
        for (Place place : places) {
            Layout largest = Layout.of(place.targets());
            layouts.add(largest);
            LARGE_BLOCKS.forEach(size -> layouts.add(largest.with("--block-size", size)));
        }
        Layout all = Layout.of(places.get(places.size() - 1).targets());
        SMALL_BLOCKS.forEach(size -> layouts.add(all.with("--block-size", size)));
        return layouts;
    }

    private static MethodSettings settings() {
        return MethodSettings.of(
                C3aConfig::builder,
                Argument.value(
                                C3aConfig.BLOCK_SIZE,
                                "--block-size",
                                "N",
                                "size of the circulant blocks, which divides the inputs and the"
                                        + " outputs")
                        .withDefault("the largest that fits a layer"),
                Argument.map(
                        C3aConfig.BLOCK_SIZE_PATTERN,
                        "--block-size-pattern",
                        "MODULE=N",
                        Integer.class,
                        "other block sizes for modules whose paths end with these names",
                        ModulePatterns::inOrder),
                Argument.value(
                        C3aConfig.INIT,
                        "--kernel-init",
                        "INIT",
                        "how the kernels start, one of zeros, xavier_uniform, kaiming_uniform,"
                                + " gaussian"));
    }
}
