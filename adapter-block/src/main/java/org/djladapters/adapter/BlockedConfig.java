/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

/**
 * What the configurations of methods that rotate by blocks have in common: the number of blocks of
 * every layer, or their size.
 */
public abstract class BlockedConfig extends MethodConfig {

    private final int blocks;
    private final int blockSize;

    /**
     * Takes the common options.
     *
     * @param builder the builder that holds them
     * @param defaultSize the block size where neither is set
     * @throws IllegalArgumentException if both are set
     */
    protected BlockedConfig(Builder<?> builder, int defaultSize) {
        super(builder);
        if (builder.blocks > 0 && builder.blockSize > 0) {
            throw new IllegalArgumentException(
                    "Set either a number of blocks ("
                            + builder.blocks
                            + ") or a block size ("
                            + builder.blockSize
                            + "), not both");
        }
        blocks = builder.blocks;
        blockSize = blocks == 0 && builder.blockSize == 0 ? defaultSize : builder.blockSize;
    }

    /**
     * The number of blocks of a layer.
     *
     * @return the number, or 0 where the block size is given
     */
    public final int blocks() {
        return blocks;
    }

    /**
     * The size of a block.
     *
     * @return the size, or 0 where the number of blocks is given
     */
    public final int blockSize() {
        return blockSize;
    }

    /** The one of both that is given, in words. */
    protected final String blocksText() {
        return blocks > 0 ? "blocks " + blocks : "block size " + blockSize;
    }

    /**
     * Builds a configuration.
     *
     * @param <T> the type of the builder
     */
    public abstract static class Builder<T extends Builder<T>> extends MethodConfig.Builder<T> {

        private int blocks;
        private int blockSize;

        /** Starts with all options at their defaults. */
        protected Builder() {}

        /**
         * Starts with the common options of a configuration.
         *
         * @param config the configuration
         */
        protected Builder(BlockedConfig config) {
            super(config);
            blocks = config.blocks;
            blockSize = config.blockSize;
        }

        /**
         * Sets the number of blocks of every layer.
         *
         * @param blocks the number
         * @return this builder
         */
        public T optBlocks(int blocks) {
            this.blocks = positive("number of blocks", blocks);
            return self();
        }

        /**
         * Sets the size of the blocks of every layer.
         *
         * @param blockSize the size
         * @return this builder
         */
        public T optBlockSize(int blockSize) {
            this.blockSize = positive("block size", blockSize);
            return self();
        }
    }
}
