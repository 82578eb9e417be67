/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {

    private static final int SIZE = 20;

    @Test
    void flippingMirrorsEveryRowOfEveryPlane() {
        byte[] planes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

        assertThat(Augmentation.flip(planes, 2))
                .containsExactly(2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11);
    }

    @Test
    void flippingTwiceIsTheIdentity() {
        byte[] planes = noise();

        byte[] once = Augmentation.flip(planes, SIZE);

        assertThat(once).isNotEqualTo(planes);
        assertThat(Augmentation.flip(once, SIZE)).isEqualTo(planes);
    }

    @Test
    void everyOtherImageIsFlipped() {
        byte[] planes = noise();
        byte[] flipped = Augmentation.flip(planes, SIZE);
        SplittableRandom random = new SplittableRandom(1);

        long flips =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> Augmentation.FLIP.apply(planes, SIZE, random))
                        .filter(result -> result[0] == flipped[0] && result[1] == flipped[1])
                        .count();

        // Five standard deviations of 10,000 tosses of a coin.
        assertThat(flips).isCloseTo(5000, within(250L));
    }

    @Test
    void theWholeSquareIsTheIdentity() {
        byte[] planes = noise();

        assertThat(Augmentation.crop(planes, SIZE, SIZE, 0, 0)).isEqualTo(planes);
    }

    @Test
    void croppingInterpolatesBetweenThePixelsOfTheSquare() {
        byte[] ramp = ramp();
        int side = 15;
        int left = 4;
        int top = 2;

        byte[] cropped = Augmentation.crop(ramp, SIZE, side, left, top);

        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    double expected = value(channel, left + at(x, side), top + at(y, side));
                    // Rounded to a whole number.
                    assertThat((double) (cropped[(channel * SIZE + y) * SIZE + x] & 0xFF))
                            .isCloseTo(expected, within(0.501));
                }
            }
        }
    }

    /**
     * Where the middle of a pixel of the result lies in the square; beyond its edge is its edge.
     */
    private static double at(int i, int side) {
        double position = (i + 0.5) * side / SIZE - 0.5;
        return Math.min(Math.max(position, 0), side - 1);
    }

    @Test
    void croppingMovesAboutTheMiddle() {
        byte[] ramp = ramp();
        SplittableRandom random = new SplittableRandom(1);

        List<Double> means =
                IntStream.range(0, 2000)
                        .mapToObj(i -> mean(Augmentation.CROP.apply(ramp, SIZE, random)))
                        .toList();

        // The middle moves by up to 0.15 * 20 = 3 pixels across, of 5 each, and down, of 3 each:
        // the
        // standard deviation is less than (15 + 9) / sqrt(3), and 2000 means have 1 / 45 of that.
        double mean = means.stream().mapToDouble(m -> m).average().orElseThrow();
        assertThat(mean).isCloseTo(mean(ramp), within(5 * 13.9 / 44.7));
        assertThat(means).anyMatch(m -> m > mean + 10).anyMatch(m -> m < mean - 10);
    }

    @Test
    void croppingInventsNoValuesAndLeavesTheImageAsItWas() {
        byte[] planes = noise();
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (100 + (planes[i] & 0x1F));
        }
        byte[] before = planes.clone();
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 100; i++) {
            byte[] cropped = Augmentation.CROP.apply(planes, SIZE, random);
            for (byte value : cropped) {
                assertThat(value & 0xFF).isBetween(100, 131);
            }
        }
        assertThat(planes).isEqualTo(before);
    }

    @Test
    void anImageOfOnePixelStays() {
        byte[] pixel = {1, 2, 3};
        SplittableRandom random = new SplittableRandom(1);

        assertThat(Augmentation.FLIP.apply(pixel, 1, random)).isEqualTo(pixel);
        assertThat(Augmentation.CROP.apply(pixel, 1, random)).isEqualTo(pixel);
    }

    private static byte[] noise() {
        byte[] planes = new byte[3 * SIZE * SIZE];
        new Random(0).nextBytes(planes);
        return planes;
    }

    private static byte[] ramp() {
        byte[] planes = new byte[3 * SIZE * SIZE];
        for (int i = 0; i < planes.length; i++) {
            int channel = i / (SIZE * SIZE);
            planes[i] = (byte) value(channel, i % SIZE, i / SIZE % SIZE);
        }
        return planes;
    }

    /** At most 20 * 2 + 5 * 19 + 3 * 19 = 192. */
    private static double value(int channel, double x, double y) {
        return 20 * channel + 5 * x + 3 * y;
    }

    private static double mean(byte[] planes) {
        return IntStream.range(0, planes.length).map(i -> planes[i] & 0xFF).average().orElseThrow();
    }
}
