/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.random;

import org.apache.commons.math3.random.MersenneTwister;

/**
 * The random numbers that PyTorch draws from a generator of a seed on a CPU, since files of PEFT
 * may have the seed and not what was drawn. Uniform numbers are equal bit for bit, normal ones but
 * for the last bits, which depend on the processor.
 */
public final class TorchRandom {

    /** So many normal numbers are made at once, of which half have the cosine and half the sine. */
    private static final int BATCH = 16;

    private final MersenneTwister random;

    /** Makes a generator with a seed. */
    public TorchRandom(int seed) {
        random = new MersenneTwister(seed);
    }

    /** Draws numbers from 0 to 1 in float32. */
    public float[] uniform(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bits(24) * 0x1p-24);
        }
        return values;
    }

    /** Draws numbers within &plusmn; a bound in float32. */
    public float[] uniform(int count, double bound) {
        float low = (float) -bound;
        float range = (float) bound - low;
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (bits(24) * 0x1p-24 * range + low);
        }
        return values;
    }

    /** Draws numbers within &plusmn; a bound in bfloat16, of which the floats are exact. */
    public float[] narrowUniform(int count, double bound) {
        float low = narrow((float) -bound);
        float range = narrow(narrow((float) bound) - low);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = narrow(bits(8) * 0x1p-8f * range + low);
        }
        return values;
    }

    /** Draws normal numbers of mean 0 and a deviation in float32. */
    public float[] normal(int count, double deviation) {
        float[] values = new float[count];
        if (count < BATCH) {
            for (int i = 0; i < count; i += 2) {
                double angle = 2 * Math.PI * wide();
                double radius = deviation * Math.sqrt(-2 * Math.log1p(-wide()));
                values[i] = (float) (radius * Math.cos(angle));
                if (i + 1 < count) {
                    values[i + 1] = (float) (radius * Math.sin(angle));
                }
            }
            return values;
        }
        float[] drawn = uniform(count);
        for (int i = 0; i + BATCH <= count; i += BATCH) {
            turn(drawn, i, deviation, values);
        }
        if (count % BATCH != 0) {
            // the last batch is drawn anew
            System.arraycopy(uniform(BATCH), 0, drawn, count - BATCH, BATCH);
            turn(drawn, count - BATCH, deviation, values);
        }
        return values;
    }

    /** Makes a batch of normal numbers of uniform ones. */
    private static void turn(float[] drawn, int from, double deviation, float[] values) {
        for (int i = from; i < from + BATCH / 2; i++) {
            double radius = deviation * Math.sqrt(-2 * Math.log(1 - drawn[i]));
            double angle = 2 * Math.PI * drawn[i + BATCH / 2];
            values[i] = (float) (radius * Math.cos(angle));
            values[i + BATCH / 2] = (float) (radius * Math.sin(angle));
        }
    }

    /** The lower bits of the next 32. */
    private int bits(int count) {
        return random.nextInt() & ((1 << count) - 1);
    }

    /** A number from 0 to 1 in float64. */
    private double wide() {
        long high = Integer.toUnsignedLong(random.nextInt());
        long both = high << 32 | Integer.toUnsignedLong(random.nextInt());
        return (both & (1L << 53) - 1) * 0x1p-53;
    }

    /** Rounds a number to bfloat16, half to even. */
    public static float narrow(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1);
        return Float.intBitsToFloat(rounded & 0xffff0000);
    }
}
