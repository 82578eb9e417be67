/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import org.djladapters.adapter.MethodDescriptor;
import org.djladapters.adapter.MethodDescriptor.LearningRate;
import org.djladapters.adapter.MethodOption;
import org.djladapters.adapter.MethodSettings;
import org.djladapters.io.Internal;

/** The method Uni-LoRA. */
@Internal
public final class UniLoraMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "unilora",
                    settings(),
                    new UniLoraFormat(),
                    LearningRate.fixed(2e-2f),
                    0x332288);

    private UniLoraMethod() {}

    private static MethodSettings settings() {
        return MethodSettings.builder(UniLoraConfig::builder)
                .add(
                        MethodOption.value("--rank", "R", Integer.class, "rank of the update")
                                .withDefault(UniLoraConfig.DEFAULT_RANK),
                        UniLoraConfig.Builder::optRank)
                .add(
                        MethodOption.value(
                                        "--vector-length",
                                        "D",
                                        Integer.class,
                                        "length of the trained vector that all layers share")
                                .withDefault(UniLoraConfig.DEFAULT_VECTOR_LENGTH),
                        UniLoraConfig.Builder::optVectorLength)
                .add(
                        MethodOption.value(
                                        "--dropout",
                                        "P",
                                        Double.class,
                                        "probability that an input of the update is dropped in a"
                                                + " training step")
                                .withDefault(0),
                        UniLoraConfig.Builder::optDropout)
                .build();
    }
}
