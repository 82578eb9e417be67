/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;

/**
 * The configuration of C3A, circular convolution adaptation: W' = W + D, where D consists of
 * circulant blocks of size b. The b entries of a block's first row are trained, divided by the
 * number of inputs; every further row is the one above it, shifted to the right by one. A layer has
 * in &middot; out / b parameters.
 *
 * <p>The block size divides the inputs and the outputs of a layer. Where none is set it is the
 * largest that does, which has the fewest parameters. New kernels are zeros, so that a new adapter
 * changes nothing; PEFT starts elsewhere, see {@link C3aInit}. GPT-2's Conv1D, which PEFT's C3A
 * refuses, is a linear layer here.
 *
 * <p>Source: Chen et al., "Parameter-Efficient Fine-Tuning via Circular Convolution", arXiv
 * 2407.19342.
 */
public final class C3aConfig extends MethodConfig {

    /** The block size that stands for the largest that fits. */
    static final int LARGEST = 0;

    private final int blockSize;
    private final ModulePatterns<Integer> blockSizes;
    private final C3aInit init;

    private C3aConfig(Builder builder) {
        super(builder);
        blockSize = builder.blockSize;
        blockSizes = builder.blockSizes;
        init = builder.init;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String method() {
        return "c3a";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Returns the block size where no pattern says otherwise.
     *
     * @return b, or 0 for the largest that fits a layer
     */
    public int blockSize() {
        return blockSize;
    }

    /**
     * Returns other block sizes for some modules.
     *
     * @return block sizes by pattern
     */
    @Internal
    public ModulePatterns<Integer> blockSizePatterns() {
        return blockSizes;
    }

    /**
     * Returns how kernels start.
     *
     * @return the choice
     */
    public C3aInit init() {
        return init;
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return Stream.of(blockSizes.warning("block size pattern", paths))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new C3aAdapter(blockSize(weight), init, weight);
    }

    /** What a checkpoint does not set is the identity. */
    List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return toBuilder().optInit(C3aInit.ZEROS).build().newAdapters(weights);
    }

    /**
     * Returns the block size for a weight.
     *
     * @throws IllegalArgumentException if it does not divide the sides of the weight, or this is
     *     not a linear layer's
     */
    int blockSize(WeightSpec weight) {
        int common = commonDivisor(weight.linearInputs("C3A"), weight.features());
        int size = blockSizes.valueFor(weight.path(), blockSize);
        if (size == LARGEST) {
            return common;
        }
        if (common % size != 0) {
            String fitting =
                    IntStream.rangeClosed(1, common)
                            .filter(n -> common % n == 0)
                            .mapToObj(String::valueOf)
                            .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    ("Blocks of size %d do not divide %d inputs and %d outputs; sizes that do are"
                                    + " %s")
                            .formatted(size, weight.inputs(), weight.features(), fitting));
        }
        return size;
    }

    private static int commonDivisor(int inputs, int outputs) {
        return BigInteger.valueOf(inputs).gcd(BigInteger.valueOf(outputs)).intValueExact();
    }

    @Override
    protected String options() {
        return (blockSize == LARGEST ? "largest blocks" : "block size " + blockSize)
                + (blockSizes.isEmpty() ? "" : ", block size patterns " + blockSizes)
                + (init == C3aInit.ZEROS ? "" : ", init " + init);
    }

    /** Builds a {@link C3aConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private int blockSize = LARGEST;
        private ModulePatterns<Integer> blockSizes = ModulePatterns.none();
        private C3aInit init = C3aInit.ZEROS;

        private Builder() {}

        private Builder(C3aConfig config) {
            super(config);
            blockSize = config.blockSize;
            blockSizes = config.blockSizes;
            init = config.init;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the size of the blocks. Default: the largest that divides the inputs and the outputs
         * of a layer.
         *
         * @param blockSize b, a divisor of the inputs and the outputs of every adapted layer
         * @return this builder
         */
        public Builder optBlockSize(int blockSize) {
            this.blockSize = positive("block size", blockSize);
            return this;
        }

        /**
         * Sets other block sizes for some modules. A key is a regular expression for a whole path
         * or what follows a dot in it; of several for one module the first counts, as in PEFT.
         *
         * @param sizes block sizes by pattern, in their order
         * @return this builder
         */
        public Builder optBlockSizePattern(Map<String, Integer> sizes) {
            sizes.forEach((key, size) -> positive("block size of the pattern " + key, size));
            blockSizes = ModulePatterns.inOrder(sizes);
            return this;
        }

        /**
         * Sets how kernels start. Default: zeros.
         *
         * @param init the choice
         * @return this builder
         */
        public Builder optInit(C3aInit init) {
            this.init = init;
            return this;
        }

        @Override
        public C3aConfig build() {
            return new C3aConfig(this);
        }
    }
}
