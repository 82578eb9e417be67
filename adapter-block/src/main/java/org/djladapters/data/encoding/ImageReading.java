/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes image files and resizes them to squares of bytes. */
final class ImageReading {

    /** More pixels than any camera's photograph: a small file can claim to be very large. */
    private static final long MAX_PIXELS = 200_000_000;

    /** The limit of JPEG; longer images are no photographs, and take memory for every row. */
    private static final int MAX_SIDE = 0xFFFF;

    private static final long MAX_BYTES = 1 << 29;

    private static final int CHANNELS = 3;

    private ImageReading() {}

    /** Reads an image as planes of red, green and blue, each size times size bytes. */
    static byte[] read(Path file, int size, ImageResizing form) throws IOException {
        BufferedImage image = decode(file);
        return resize(y -> rgbRow(image, y), image.getWidth(), image.getHeight(), size, form);
    }

    private static BufferedImage decode(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "Can't read image '%s': its %d bytes are too many; replace or remove it"
                            .formatted(file, Files.size(file)));
        }
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
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
                    throw new IOException(
                            "its %d x %d pixels are too many".formatted(width, height));
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

    /** Resizes rows of pixels, each three bytes: red, green, blue. */
    static byte[] resize(byte[] rgb, int width, int height, int size, ImageResizing form) {
        IntFunction<int[]> rows =
                y -> {
                    int[] row = new int[width];
                    for (int x = 0; x < width; x++) {
                        int at = (y * width + x) * CHANNELS;
                        for (int channel = 0; channel < CHANNELS; channel++) {
                            row[x] = (row[x] << 8) | (rgb[at + channel] & 0xFF);
                        }
                    }
                    return row;
                };
        return resize(rows, width, height, size, form);
    }

    /** Resizes in both directions, one after the other. */
    private static byte[] resize(
            IntFunction<int[]> rows, int width, int height, int size, ImageResizing form) {
        float[][][] narrow = new float[CHANNELS][height][];
        ResizingFilter across = form.filter(width, height, size);
        for (int y = 0; y < height; y++) {
            int[] row = rows.apply(y);
            for (int channel = 0; channel < CHANNELS; channel++) {
                narrow[channel][y] = across.applyAcross(channel(row, channel), 0);
                if (form.rounds()) {
                    round(narrow[channel][y]);
                }
            }
        }
        return form.filter(height, width, size).applyDown(narrow);
    }

    private static void round(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = ResizingFilter.rounded(values[i]);
        }
    }

    private static byte[] channel(int[] row, int channel) {
        byte[] values = new byte[row.length];
        for (int x = 0; x < row.length; x++) {
            values[x] = (byte) (row[x] >> (16 - 8 * channel));
        }
        return values;
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
}
