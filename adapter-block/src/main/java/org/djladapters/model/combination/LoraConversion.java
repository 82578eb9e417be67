/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.combination;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.adapter.Adapter;

/**
 * The result of {@linkplain AdapterAlgebra#toLora converting} an adapter to LoRA.
 *
 * @param errors for every module, by its path, the Frobenius norm of what B A lacks of W' - W,
 *     relative to that of W' - W
 * @param error the same for all modules together
 */
public record LoraConversion(Adapter adapter, Map<String, Double> errors, double error) {

    /** Copies the errors, in their order. */
    public LoraConversion {
        errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }
}
