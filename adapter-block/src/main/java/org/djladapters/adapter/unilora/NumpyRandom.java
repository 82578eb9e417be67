/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Random numbers as NumPy's {@code default_rng(seed)} draws them, which PEFT uses: a generator of
 * the PCG family with 128 bits of state.
 *
 * <p>Sources: O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms
 * for Random Number Generation", Harvey Mudd College, 2014 (the generator PCG XSL RR 128/64);
 * Lemire, "Fast Random Integer Generation in an Interval", ACM Trans. Model. Comput. Simul. 29(1),
 * 2019 (numbers below a bound); Bentley and Floyd, "A sample of brilliance", Commun. ACM 30(9),
 * 1987 (choices without repetition).
 */
final class NumpyRandom {

    private static final long MULTIPLIER_HIGH = 0x2360ED051FC65DA4L;
    private static final long MULTIPLIER_LOW = 0x4385DF649FCCF645L;

    /** Above this count, all numbers are shuffled if more than one in 50 is chosen. */
    private static final int LARGE = 10_000;

    private static final int SPARSE = 50;

    private long high;
    private long low;
    private final long stepHigh;
    private final long stepLow;

    /** The upper half of the last 64 bits, if it has not been used. */
    private int kept;

    private boolean hasKept;

    /** Begins the sequence of a seed that is not negative. */
    NumpyRandom(long seed) {
        long[] words = SeedSequence.words(seed);
        stepHigh = (words[2] << 1) | (words[3] >>> 63);
        stepLow = (words[3] << 1) | 1;
        step();
        add(words[0], words[1]);
        step();
    }

    /** How a seed of 64 bits becomes two numbers of 128 bits. */
    private static final class SeedSequence {

        private static final int WORDS = 4;

        private int factor;

        private SeedSequence(int factor) {
            this.factor = factor;
        }

        /** Returns the upper and the lower word of the start, then of the increment. */
        static long[] words(long seed) {
            SeedSequence absorbing = new SeedSequence(0x43b0d7e5);
            int[] pool = new int[WORDS];
            for (int i = 0; i < WORDS; i++) {
                // the words of the seed, the lowest first
                int word = i < 2 ? (int) (seed >>> (32 * i)) : 0;
                pool[i] = absorbing.hash(word, 0x931e8875);
            }
            for (int from = 0; from < WORDS; from++) {
                for (int to = 0; to < WORDS; to++) {
                    if (to != from) {
                        pool[to] = mixed(pool[to], absorbing.hash(pool[from], 0x931e8875));
                    }
                }
            }
            SeedSequence giving = new SeedSequence(0x8b51f9dd);
            long[] words = new long[WORDS];
            for (int i = 0; i < 2 * WORDS; i++) {
                long half = Integer.toUnsignedLong(giving.hash(pool[i % WORDS], 0x58f38ded));
                words[i / 2] |= half << (32 * (i % 2));
            }
            return words;
        }

        private int hash(int value, int growth) {
            int hashed = value ^ factor;
            factor *= growth;
            hashed *= factor;
            return hashed ^ (hashed >>> 16);
        }

        private static int mixed(int x, int y) {
            int mixed = 0xca01f9dd * x - 0x4973f715 * y;
            return mixed ^ (mixed >>> 16);
        }
    }

    private void step() {
        long product = unsignedMultiplyHigh(low, MULTIPLIER_LOW);
        high = product + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH;
        low *= MULTIPLIER_LOW;
        add(stepHigh, stepLow);
    }

    private void add(long upper, long lower) {
        low += lower;
        high += upper + (Long.compareUnsigned(low, lower) < 0 ? 1 : 0);
    }

    private static long unsignedMultiplyHigh(long x, long y) {
        return Math.multiplyHigh(x, y) + ((x >> 63) & y) + ((y >> 63) & x);
    }

    private int nextInt() {
        if (hasKept) {
            hasKept = false;
            return kept;
        }
        step();
        long bits = Long.rotateRight(high ^ low, (int) (high >>> 58));
        kept = (int) (bits >>> 32);
        hasKept = true;
        return (int) bits;
    }

    /** Draws a number from 0 to the largest by a product (Lemire, arXiv 1805.10941). */
    private int below(int largest) {
        if (largest == 0) {
            return 0;
        }
        long count = largest + 1L;
        long product = Integer.toUnsignedLong(nextInt()) * count;
        if ((product & 0xffffffffL) < count) {
            long threshold = (0xffffffffL - largest) % count;
            while ((product & 0xffffffffL) < threshold) {
                product = Integer.toUnsignedLong(nextInt()) * count;
            }
        }
        return (int) (product >>> 32);
    }

    /** Draws a number from 0 to the largest: bits, until they are not larger than that. */
    private int masked(int largest) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(largest);
        int value = nextInt() & mask;
        while (value > largest) {
            value = nextInt() & mask;
        }
        return value;
    }

    /** Chooses different numbers of those less than a count, in random order. */
    int[] choice(int count, int size) {
        return count > LARGE && size > count / SPARSE
                ? lastOfShuffled(count, size)
                : sample(count, size);
    }

    private int[] lastOfShuffled(int count, int size) {
        int[] all = new int[count];
        for (int i = 0; i < count; i++) {
            all[i] = i;
        }
        for (int i = count - 1; i >= Math.max(count - size, 1); i--) {
            swap(all, i, below(i));
        }
        return Arrays.copyOfRange(all, count - size, count);
    }

    private int[] sample(int count, int size) {
        BitSet taken = new BitSet(count);
        int[] chosen = new int[size];
        for (int i = 0; i < size; i++) {
            int largest = count - size + i;
            int drawn = below(largest);
            chosen[i] = taken.get(drawn) ? largest : drawn;
            taken.set(chosen[i]);
        }
        for (int i = size - 1; i >= 1; i--) {
            swap(chosen, i, below(i));
        }
        return chosen;
    }

    /** Brings numbers into random order. */
    void shuffle(int[] numbers) {
        for (int i = numbers.length - 1; i >= 1; i--) {
            swap(numbers, i, masked(i));
        }
    }

    private static void swap(int[] numbers, int i, int j) {
        int number = numbers[i];
        numbers[i] = numbers[j];
        numbers[j] = number;
    }
}
