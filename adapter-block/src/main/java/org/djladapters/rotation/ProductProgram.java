/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import org.djladapters.archive.NativeKernel;

/** The TorchScript function {@code linear} that computes the product of a linear layer. */
public final class ProductProgram {

    /** How a program calls the function, before its name. */
    public static final String PREFIX = "__torch__.djladapters.product.";

    /** The entry of an archive that holds the function. */
    public static final String ENTRY = "code/__torch__/djladapters/product.py";

    private ProductProgram() {}

    /**
     * The source text of the function.
     *
     * @return TorchScript source
     */
    public static String source() {
        return NativeKernel.source(ProductProgram.class, "product.py");
    }
}
