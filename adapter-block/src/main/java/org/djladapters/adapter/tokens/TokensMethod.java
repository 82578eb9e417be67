/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tokens;

import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodDescriptor.LearningRate;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.io.Internal;

/** The method trainable tokens. */
@Internal
public final class TokensMethod {

    /** The method. */
    public static final MethodDescriptor DESCRIPTOR =
            new MethodDescriptor(
                    "tokens",
                    // which tokens is for a program to say, not for the command line
                    MethodSettings.none(TokensConfig.builder().build()),
                    new TokensFormat(),
                    LearningRate.fixed(5e-3f),
                    0xA6CEE3);

    private TokensMethod() {}
}
