/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.io.Internal;

/** The method C3A. */
@Internal
public final class C3aMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "c3a", settings(), new C3aFormat(), LearningRate.fixed(1e-1f), 0x882255);

    private C3aMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.builder(C3aConfig::builder)
                .add(
                        MethodOption.value(
                                        "--block-size",
                                        "N",
                                        Integer.class,
                                        "size of the circulant blocks, which divides the inputs"
                                                + " and the outputs")
                                .withDefault("the largest that fits a layer"),
                        C3aConfig.Builder::optBlockSize)
                .add(
                        MethodOption.map(
                                "--block-size-pattern",
                                "MODULE=N",
                                Integer.class,
                                "other block sizes for modules whose paths end with these names"),
                        C3aConfig.Builder::optBlockSizePattern)
                .add(
                        MethodOption.value(
                                        "--kernel-init",
                                        "INIT",
                                        C3aInit.class,
                                        "how the kernels start, one of zeros, xavier_uniform,"
                                                + " kaiming_uniform, gaussian")
                                .withDefault(C3aInit.ZEROS),
                        C3aConfig.Builder::optInit)
                .build();
    }
}
