/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import java.util.regex.Pattern;
import org.djladapters.io.Internal;
import org.djladapters.kernel.NativeKernel;

/**
 * The TorchScript functions of {@code product.py}: {@code linear} computes the product of a linear
 * layer, in the way that {@code way} makes of {@link Matmul#way}.
 */
@Internal
public final class ProductProgram {

    /** The text before the names of the functions in a call. */
    public static final String PREFIX = "__torch__.djladapters.product.";

    /** The class that says how a product is computed. */
    public static final String WAY = PREFIX + "Way";

    /** The entry of an archive that holds the functions. */
    public static final String ENTRY = "code/__torch__/djladapters/product.py";

    private static final Pattern PLAIN =
            Pattern.compile("ops\\.mkldnn\\._linear_pointwise\\((.*?), \"none\",.*\\)");

    private static final Pattern ADDED =
            Pattern.compile(
                    "ops\\.mkldnn\\._linear_pointwise\\((\\w+), (\\w+), (\\w+), None, \"add\"\\)");

    private static final String NARROW = "ops.mkldnn._is_mkldnn_bf16_supported()";

    private ProductProgram() {}

    /**
     * Returns the source text of the functions. A program that names an operator which the engine
     * lacks does not compile, so without oneDNN it has the engine's own product in that place.
     *
     * @return TorchScript source
     */
    public static String source() {
        String text = withOneDnn();
        return MatmulTrial.hasOneDnn() ? text : withoutOneDnn(text);
    }

    static String withOneDnn() {
        return NativeKernel.source(ProductProgram.class, "product.py");
    }

    static String withoutOneDnn(String text) {
        String never = text.replace(NARROW, "False");
        String plain = PLAIN.matcher(never).replaceAll("torch.linear($1)");
        return ADDED.matcher(plain).replaceAll("torch.addmm($2, $1, $3.t())");
    }
}
