/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes image files and resizes them to squares of bytes. */
final class ImageReading {

    /** More pixels than any camera's photograph: a small file can claim to be very large. */
    private static final long MAX_PIXELS = 200_000_000;

    private static final int CHANNELS = 3;

    private ImageReading() {}

    /** Reads an image as planes of red, green and blue, each size times size bytes. */
    static byte[] read(Path file, int size) throws IOException {
        return resize(decode(file), size);
    }

    private static BufferedImage decode(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("no known image format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new IOException("its %d pixels are too many".formatted(pixels));
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // Decoders throw all kinds of unchecked exceptions at damaged files.
            throw new IOException(
                    "Can't read image '%s': %s; replace or remove it"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /**
     * Resizes by the triangle filter in both directions, one after the other. When an image
     * shrinks, the filter is as wide as the pixels that fall together, so nothing is skipped.
     */
    private static byte[] resize(BufferedImage image, int size) {
        int height = image.getHeight();
        float[][][] narrow = new float[CHANNELS][height][];
        Filter across = Filter.of(image.getWidth(), size);
        for (int y = 0; y < height; y++) {
            int[] row = rgbRow(image, y);
            for (int channel = 0; channel < CHANNELS; channel++) {
                narrow[channel][y] = across.apply(row, 16 - 8 * channel);
            }
        }
        Filter down = Filter.of(height, size);
        byte[] planes = new byte[CHANNELS * size * size];
        int next = 0;
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    planes[next++] = (byte) Math.round(down.apply(narrow[channel], y, x));
                }
            }
        }
        return planes;
    }

    /** Returns a row as 0xRRGGBB; transparency is ignored. */
    private static int[] rgbRow(BufferedImage image, int y) {
        int width = image.getWidth();
        int bands = image.getRaster().getNumBands();
        boolean indexed = image.getColorModel() instanceof IndexColorModel;
        if (bands >= CHANNELS || indexed) {
            return image.getRGB(0, y, width, 1, null, 0, width);
        }
        // Java takes grey values to be linear and would brighten them on conversion.
        int[] row = image.getRaster().getSamples(0, y, width, 1, 0, (int[]) null);
        int shift =
                image.getRaster().getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT ? 8 : 0;
        for (int x = 0; x < width; x++) {
            row[x] = (row[x] >> shift) * 0x010101;
        }
        return row;
    }

    /** The weights of the inputs that make up each output of a resized line. */
    private static final class Filter {

        private final int[] starts;
        private final float[][] weights;

        private Filter(int[] starts, float[][] weights) {
            this.starts = starts;
            this.weights = weights;
        }

        static Filter of(int from, int to) {
            double scale = (double) from / to;
            double reach = Math.max(scale, 1);
            int[] starts = new int[to];
            float[][] weights = new float[to][];
            for (int i = 0; i < to; i++) {
                double center = (i + 0.5) * scale;
                int start = (int) Math.max(0, Math.floor(center - reach + 0.5));
                int end = (int) Math.min(from, Math.floor(center + reach + 0.5));
                starts[i] = start;
                weights[i] = triangle(start, end, center, reach);
            }
            return new Filter(starts, weights);
        }

        private static float[] triangle(int start, int end, double center, double reach) {
            double[] heights = new double[end - start];
            double sum = 0;
            for (int k = 0; k < heights.length; k++) {
                double distance = Math.abs(start + k + 0.5 - center);
                heights[k] = Math.max(0, 1 - distance / reach);
                sum += heights[k];
            }
            float[] weights = new float[heights.length];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = (float) (heights[k] / sum);
            }
            return weights;
        }

        /** Resizes one channel of a row of packed pixels. */
        float[] apply(int[] row, int shift) {
            float[] out = new float[starts.length];
            for (int i = 0; i < out.length; i++) {
                float[] weight = weights[i];
                for (int k = 0; k < weight.length; k++) {
                    out[i] += weight[k] * (row[starts[i] + k] >> shift & 0xFF);
                }
            }
            return out;
        }

        /** Computes one value of a resized column. */
        float apply(float[][] rows, int i, int x) {
            float value = 0;
            for (int k = 0; k < weights[i].length; k++) {
                value += weights[i][k] * rows[starts[i] + k][x];
            }
            return value;
        }
    }
}
