/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.rotation.CompoundLayout;

/**
 * Layers of one form. Its names are such as {@code 12x384/4/1-3}: 12 layers of 384 features in 4
 * blocks with the orders 1 to 3; or {@code 12x384/b64/1-2}: blocks of size 64.
 */
record Form(int sites, CompoundLayout layout) {

    static Form of(String name) {
        String[] parts = name.split("[x/-]", -1);
        int features = Integer.parseInt(parts[1]);
        int first = Integer.parseInt(parts[3]);
        int last = Integer.parseInt(parts[4]);
        List<Integer> orders = IntStream.rangeClosed(first, last).boxed().toList();
        CompoundLayout layout =
                parts[2].startsWith("b")
                        ? CompoundLayout.ofBlockSize(
                                features, Integer.parseInt(parts[2].substring(1)), orders)
                        : CompoundLayout.ofBlocks(features, Integer.parseInt(parts[2]), orders);
        return new Form(Integer.parseInt(parts[0]), layout);
    }
}
