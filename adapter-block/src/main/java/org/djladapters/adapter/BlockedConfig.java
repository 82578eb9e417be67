/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.function.Supplier;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;
import org.djladapters.option.OptionValues;

/**
 * What the configurations of methods that rotate by blocks have in common: the number of blocks of
 * every layer, or their size.
 */
public abstract class BlockedConfig extends MethodConfig {

    /**
     * Takes the options that a builder holds, as {@link MethodConfig} does.
     *
     * @param defaultSize the block size where neither a size nor a number of blocks is set
     * @throws IllegalArgumentException if both are set
     */
    @Internal
    protected BlockedConfig(
            String method,
            Builder<?> builder,
            Supplier<? extends Builder<?>> newBuilder,
            int defaultSize,
            Option<?>... shown) {
        super(method, completed(builder.values(), defaultSize), newBuilder, shown);
    }

    private static OptionValues completed(OptionValues values, int defaultSize) {
        int blocks = values.get(CommonOptions.BLOCKS);
        int blockSize = values.get(CommonOptions.BLOCK_SIZE);
        if (blocks > 0 && blockSize > 0) {
            throw new IllegalArgumentException(
                    "Set either a number of blocks (%d) or a block size (%d), not both"
                            .formatted(blocks, blockSize));
        }
        return blocks == 0 && blockSize == 0
                ? values.with(CommonOptions.BLOCK_SIZE, defaultSize)
                : values;
    }

    /** {@return the number of blocks of a layer, or 0 where the block size is given} */
    public final int blocks() {
        return get(CommonOptions.BLOCKS);
    }

    /** {@return the size of a block, or 0 where the number of blocks is given} */
    public final int blockSize() {
        return get(CommonOptions.BLOCK_SIZE);
    }

    /** Builds a configuration. */
    public abstract static class Builder<T extends Builder<T>> extends MethodConfig.Builder<T> {

        /** Starts with all options at their defaults. */
        protected Builder() {}

        /** Sets the number of blocks of every layer. */
        public T optBlocks(int blocks) {
            return set(CommonOptions.BLOCKS, blocks);
        }

        /** Sets the size of the blocks of every layer. */
        public T optBlockSize(int blockSize) {
            return set(CommonOptions.BLOCK_SIZE, blockSize);
        }
    }
}
