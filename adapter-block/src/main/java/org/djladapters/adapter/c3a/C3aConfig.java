/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.c3a;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;

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

    static final Option<Integer> BLOCK_SIZE =
            Option.positive("block size", LARGEST)
                    .shown(size -> size == LARGEST ? "largest blocks" : "block size " + size);

    static final Option<ModulePatterns<Integer>> BLOCK_SIZE_PATTERN =
            CommonOptions.patterns("block size", Option::requirePositive);

    static final Option<C3aInit> INIT = Option.of("init", C3aInit.ZEROS).shown();

    private C3aConfig(Builder builder) {
        super("c3a", builder, C3aConfig::builder, BLOCK_SIZE, BLOCK_SIZE_PATTERN, INIT);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the block size for modules without a pattern, or 0 for the largest that fits} */
    public int blockSize() {
        return get(BLOCK_SIZE);
    }

    /** Returns other block sizes for some modules. */
    @Internal
    public ModulePatterns<Integer> blockSizePatterns() {
        return get(BLOCK_SIZE_PATTERN);
    }

    /** {@return how kernels start} */
    public C3aInit init() {
        return get(INIT);
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return blockSizePatterns().warning("block size pattern", paths).stream().toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new C3aAdapter(blockSize(weight), init(), weight);
    }

    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return with(INIT, C3aInit.ZEROS).newAdapters(weights);
    }

    /**
     * Returns the block size for a weight.
     *
     * @throws IllegalArgumentException if it does not divide the sides of the weight, or this is
     *     not a linear layer's
     */
    int blockSize(WeightSpec weight) {
        int common = commonDivisor(weight.requireLinear("C3A").inputs(), weight.features());
        int size = blockSizePatterns().valueFor(weight.path(), blockSize());
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

    /** Builds a {@link C3aConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /**
         * Sets the size of the blocks. Default: the largest that divides the inputs and the outputs
         * of a layer.
         *
         * @param blockSize b, a divisor of the inputs and the outputs of every adapted layer
         */
        public Builder optBlockSize(int blockSize) {
            return set(BLOCK_SIZE, blockSize);
        }

        /**
         * Sets other block sizes for some modules. A key is a regular expression for a whole path
         * or what follows a dot in it; of several for one module the first counts, as in PEFT.
         *
         * @param sizes block sizes by pattern, in their order
         */
        public Builder optBlockSizePattern(Map<String, Integer> sizes) {
            return set(BLOCK_SIZE_PATTERN, ModulePatterns.inOrder(sizes));
        }

        /** Sets how kernels start. Default: zeros. */
        public Builder optInit(C3aInit init) {
            return set(INIT, init);
        }

        @Override
        public C3aConfig build() {
            return new C3aConfig(this);
        }
    }
}
