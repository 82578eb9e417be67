/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.SplittableRandom;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.ResizingFilter;

/** A random change of training images, drawn anew in every pass. */
public enum Augmentation {

    /** Mirrors an image, left to right, with probability 1/2. */
    FLIP {
        @Override
        byte[] apply(byte[] planes, int size, SplittableRandom random) {
            return random.nextBoolean() ? flip(planes, size) : planes;
        }
    },

    /**
     * Takes a square of 0.7 to 1 times the image's side, all sizes and places being equally likely,
     * and enlarges it to the image's size (bilinear).
     */
    CROP {
        @Override
        byte[] apply(byte[] planes, int size, SplittableRandom random) {
            int side = random.nextInt((int) Math.ceil(LEAST_SIDE * size), size + 1);
            int left = random.nextInt(size - side + 1);
            int top = random.nextInt(size - side + 1);
            return crop(planes, size, side, left, top);
        }
    };

    private static final double LEAST_SIDE = 0.7;

    /**
     * Changes an image.
     *
     * @param planes its bytes, as {@link ImagePreprocessing#pixels} gives them; not changed
     * @param size its side
     * @param random the source of chance
     * @return the bytes of the result, or the same ones
     */
    abstract byte[] apply(byte[] planes, int size, SplittableRandom random);

    /** Mirrors an image. */
    static byte[] flip(byte[] planes, int size) {
        byte[] flipped = new byte[planes.length];
        for (int row = 0; row < planes.length; row += size) {
            for (int x = 0; x < size; x++) {
                flipped[row + x] = planes[row + size - 1 - x];
            }
        }
        return flipped;
    }

    /** Resizes a square of an image to the whole. */
    static byte[] crop(byte[] planes, int size, int side, int left, int top) {
        ResizingFilter filter = ResizingFilter.of(side, size, ResizingFilter.Kernel.TRIANGLE);
        float[][][] wide = new float[planes.length / (size * size)][side][];
        for (int channel = 0; channel < wide.length; channel++) {
            for (int y = 0; y < side; y++) {
                int offset = (channel * size + top + y) * size + left;
                wide[channel][y] = filter.applyAcross(planes, offset);
            }
        }
        return filter.applyDown(wide);
    }
}
