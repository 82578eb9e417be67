/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.djladapters.io.PlainNumber;

/**
 * The numbers of a matrix as colours, the first row at the top: 0 is white, positive numbers are
 * red, negative ones blue, the stronger the larger they are; numbers that are not finite are grey.
 * A key at the right shows the scale.
 */
public final class HeatMap implements Panel {

    private static final Color ABOVE = Palette.color(1);
    private static final Color BELOW = Palette.color(0);
    private static final Color STRANGE = Color.LIGHT_GRAY;
    private static final Color LINE = new Color(0, 0, 0, 110);
    private static final int EDGE = 16;
    private static final int HEADER = 30;
    private static final int KEY = 12;
    private static final int KEY_ROOM = 72;
    private static final int GAP = 5;
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 16);
    private static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private final double[][] values;
    private final String title;
    private final double limit;
    private final int[] parts;
    private final int width;
    private final int height;

    private HeatMap(Builder builder) {
        values = Objects.requireNonNull(builder.values, "setValues is missing");
        title = builder.title;
        limit = builder.limit > 0 ? builder.limit : largest(values);
        parts = builder.parts;
        width = builder.width;
        height = builder.height;
    }

    /** Returns the largest absolute value of a finite number; 1 if all are 0. */
    private static double largest(double[][] values) {
        double largest =
                Arrays.stream(values)
                        .flatMapToDouble(Arrays::stream)
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .max()
                        .orElse(0);
        return largest > 0 ? largest : 1;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public List<Series> series() {
        return List.of();
    }

    @Override
    public BufferedImage draw() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = Figure.canvas(image);
        int top = title.isEmpty() ? EDGE : EDGE + HEADER;
        int rows = values.length;
        int columns = values[0].length;
        double cell =
                Math.min(
                        (double) (width - 2 * EDGE - KEY_ROOM) / columns,
                        (double) (height - EDGE - top) / rows);
        int[] across = edges(EDGE, cell, columns);
        int[] down = edges(top, cell, rows);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                graphics.setColor(color(values[i][j]));
                graphics.fillRect(
                        across[j], down[i], across[j + 1] - across[j], down[i + 1] - down[i]);
            }
        }
        graphics.setColor(LINE);
        graphics.drawRect(EDGE, top, across[columns] - EDGE, down[rows] - top);
        for (int part : parts) {
            graphics.drawLine(across[part], top, across[part], down[rows]);
            graphics.drawLine(EDGE, down[part], across[columns], down[part]);
        }
        drawKey(across[columns] + EDGE, top, down[rows], graphics);
        drawTitle(across[columns], graphics);
        graphics.dispose();
        return image;
    }

    private static int[] edges(int start, double cell, int count) {
        int[] edges = new int[count + 1];
        Arrays.setAll(edges, i -> start + (int) Math.round(i * cell));
        return edges;
    }

    private Color color(double value) {
        if (!Double.isFinite(value)) {
            return STRANGE;
        }
        double share = Math.min(1, Math.abs(value) / limit);
        return Palette.lighter(value < 0 ? BELOW : ABOVE, 1 - share);
    }

    private void drawKey(int x, int top, int bottom, Graphics2D graphics) {
        for (int y = top; y <= bottom; y++) {
            double share = (double) (y - top) / (bottom - top);
            graphics.setColor(color(limit * (1 - 2 * share)));
            graphics.drawLine(x, y, x + KEY, y);
        }
        graphics.setColor(LINE);
        graphics.drawRect(x, top, KEY, bottom - top);
        graphics.setFont(LABELS);
        graphics.setColor(Color.DARK_GRAY);
        FontMetrics metrics = graphics.getFontMetrics();
        String most = Axis.label(limit);
        int left = x + KEY + GAP;
        graphics.drawString(most, left, top + metrics.getAscent() - 2);
        graphics.drawString("0", left, (top + bottom + metrics.getAscent()) / 2 - 1);
        graphics.drawString("−" + most, left, bottom);
    }

    private void drawTitle(int right, Graphics2D graphics) {
        graphics.setFont(TITLE);
        graphics.setColor(Color.BLACK);
        FontMetrics metrics = graphics.getFontMetrics();
        int middle = (EDGE + right - metrics.stringWidth(title)) / 2;
        graphics.drawString(title, Math.max(EDGE, middle), EDGE + metrics.getAscent());
    }

    /** Builds a heat map. */
    public static final class Builder {

        private double[][] values;
        private String title = "";
        private double limit;
        private int[] parts = {};
        private int width = 420;
        private int height = 380;

        private Builder() {}

        /** Sets the matrix; its rows have the same length, at least 1. */
        public Builder setValues(double[][] rows) {
            int[] lengths = Arrays.stream(rows).mapToInt(row -> row.length).distinct().toArray();
            if (lengths.length != 1 || lengths[0] == 0) {
                throw new IllegalArgumentException(
                        "A heat map shows a matrix, but its %d rows have %s numbers"
                                .formatted(rows.length, Arrays.toString(lengths)));
            }
            values = Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
            return this;
        }

        /** Sets the title above the matrix (default none). */
        public Builder optTitle(String text) {
            title = text;
            return this;
        }

        /**
         * Sets the positive number with the strongest colour, so that several maps can be compared
         * (default: the largest absolute value of the matrix).
         */
        public Builder optLimit(double largest) {
            if (!(largest > 0 && Double.isFinite(largest))) {
                throw new IllegalArgumentException(
                        "The number with the strongest colour is positive, got "
                                + PlainNumber.of(largest));
            }
            limit = largest;
            return this;
        }

        /** Draws lines across and down, before these rows and columns, counted from 0. */
        public Builder optParts(int... starts) {
            parts = starts.clone();
            return this;
        }

        /** Sets the size in pixels (default 420 × 380), within which cells are square. */
        public Builder optSize(int widthPixels, int heightPixels) {
            width = widthPixels;
            height = heightPixels;
            return this;
        }

        public HeatMap build() {
            HeatMap map = new HeatMap(this);
            int most = Math.min(map.values.length, map.values[0].length);
            for (int part : parts) {
                if (part < 0 || part > most) {
                    throw new IllegalArgumentException(
                            "A line before row and column %d has no place in a matrix of %d × %d numbers"
                                    .formatted(part, map.values.length, map.values[0].length));
                }
            }
            return map;
        }
    }
}
