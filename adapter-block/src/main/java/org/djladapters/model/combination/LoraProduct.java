/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.lora.LoraAdapter;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraTerm;
import org.djladapters.io.Internal;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * What a LoRA adapter adds to a weight, and all that it does to the module: B A.
 *
 * @param down A of shape (r, in)
 * @param up B of shape (out, r), with the factor of LoRA in it
 */
@Internal
public record LoraProduct(NDArray down, NDArray up) {

    /**
     * Returns the products of an adapter with the values that it has now.
     *
     * @param scope owns the arrays
     * @throws IllegalArgumentException if the adapter is another method's or has something besides:
     *     norms, biases, modules that are trained in full, or a head
     */
    public static Map<TargetModule, LoraProduct> of(Adapter adapter, NDManager scope) {
        if (!(adapter.config() instanceof LoraConfig lora) || lora.dora()) {
            throw new IllegalArgumentException(
                    "Adapter '%s' is no plain LoRA, which has matrices A and B alone; convert it to LoRA first"
                            .formatted(adapter.name()));
        }
        if (lora.loraBias()
                || lora.bias() != Bias.NONE
                || !lora.modulesToSave().isEmpty()
                || adapter.headConfig().isPresent()) {
            throw new IllegalArgumentException(
                    "Adapter '%s' has biases, modules trained in full or a head besides the matrices A and B; train one without them"
                            .formatted(adapter.name()));
        }
        Map<TargetModule, LoraProduct> products = new LinkedHashMap<>();
        adapter.targetModules()
                .forEach(
                        (module, block) -> {
                            LoraTerm term = ((LoraAdapter) block).term(scope);
                            NDArray up = TransformKernel.times(term.up(), term.factor(), scope);
                            products.put(module, new LoraProduct(term.down(), up));
                        });
        return products;
    }
}
