/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.io.AtomicFiles;

/**
 * Charts and heat maps side by side under one title and one legend, which names every series once.
 *
 * @param title the title; empty for none
 * @param panels the pictures from left to right
 */
public record Figure(String title, List<Panel> panels) {

    private static final int EDGE = 16;
    private static final int GAP = 28;
    private static final int SAMPLE = 26;
    private static final int MARKER = 9;
    private static final int ROW = 24;
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Font LEGEND = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    public Figure {
        panels = List.copyOf(panels);
    }

    /** Draws the panels side by side, as notebooks show them. */
    public BufferedImage draw() {
        List<BufferedImage> pictures = panels.stream().map(Panel::draw).toList();
        int width = pictures.stream().mapToInt(BufferedImage::getWidth).sum();
        int height = pictures.stream().mapToInt(BufferedImage::getHeight).max().orElse(0);
        List<List<Series>> legend = legend(width);
        int header = (title.isEmpty() ? EDGE : EDGE + ROW) + legend.size() * ROW;
        BufferedImage image = new BufferedImage(width, header + height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = canvas(image);
        int y = EDGE;
        if (!title.isEmpty()) {
            graphics.setFont(TITLE);
            graphics.setColor(Color.DARK_GRAY);
            FontMetrics metrics = graphics.getFontMetrics();
            graphics.drawString(
                    title, (width - metrics.stringWidth(title)) / 2, y + metrics.getAscent());
            y += ROW + EDGE / 2;
        }
        for (List<Series> row : legend) {
            drawLegend(row, width, y, graphics);
            y += ROW;
        }
        int x = 0;
        for (BufferedImage picture : pictures) {
            graphics.drawImage(picture, x, header, null);
            x += picture.getWidth();
        }
        graphics.dispose();
        return image;
    }

    /** Draws the figure and returns the bytes of a PNG file. */
    public ByteBuffer png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(draw(), null, null), smallest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return ByteBuffer.wrap(bytes.toByteArray()).asReadOnlyBuffer();
    }

    /** Draws the figure into a PNG file, which appears complete or not at all. */
    public void write(Path file) throws IOException {
        AtomicFiles.writeBytes(file, png());
    }

    /** Fills a picture with white and returns what draws on it smoothly. */
    static Graphics2D canvas(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        return graphics;
    }

    /** Returns the named series in rows that are narrower than the picture. */
    private List<List<Series>> legend(int width) {
        Map<String, Series> named = new LinkedHashMap<>();
        for (Panel panel : panels) {
            panel.series().stream()
                    .filter(series -> !series.name().isEmpty())
                    .forEach(series -> named.putIfAbsent(series.name(), series));
        }
        Graphics2D graphics = canvas(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
        FontMetrics metrics = graphics.getFontMetrics(LEGEND);
        graphics.dispose();
        List<List<Series>> rows = new ArrayList<>();
        int free = 0;
        for (Series series : named.values()) {
            int needed = entry(series, metrics);
            if (rows.isEmpty() || free < needed) {
                rows.add(new ArrayList<>());
                free = width - 2 * EDGE;
            }
            rows.get(rows.size() - 1).add(series);
            free -= needed;
        }
        return rows;
    }

    private static int entry(Series series, FontMetrics metrics) {
        return SAMPLE + MARKER + metrics.stringWidth(series.name()) + GAP;
    }

    private static void drawLegend(List<Series> row, int width, int y, Graphics2D graphics) {
        graphics.setFont(LEGEND);
        FontMetrics metrics = graphics.getFontMetrics();
        int x = (width + GAP - row.stream().mapToInt(s -> entry(s, metrics)).sum()) / 2;
        int baseline = y + metrics.getAscent();
        int middle = baseline - metrics.getAscent() / 2 + 1;
        for (Series series : row) {
            graphics.setColor(series.color());
            drawSample(series.look(), x, middle, graphics);
            graphics.setColor(Color.DARK_GRAY);
            graphics.drawString(series.name(), x + SAMPLE + MARKER, baseline);
            x += entry(series, metrics);
        }
    }

    private static void drawSample(Look look, int x, int middle, Graphics2D graphics) {
        if (look.isJoined()) {
            graphics.setStroke(Chart.stroke(look));
            graphics.drawLine(x, middle, x + SAMPLE, middle);
        }
        int centre = x + SAMPLE / 2;
        int half = MARKER / 2 + 1;
        if (look == Look.DIAMONDS) {
            graphics.fillPolygon(
                    new int[] {centre - half, centre, centre + half, centre},
                    new int[] {middle, middle - half, middle, middle + half},
                    4);
        } else if (look == Look.RINGS) {
            graphics.setStroke(new BasicStroke(2));
            graphics.drawOval(centre - MARKER / 2, middle - MARKER / 2, MARKER, MARKER);
        } else if (look.isMarked()) {
            graphics.fillOval(centre - MARKER / 2, middle - MARKER / 2, MARKER, MARKER);
        }
    }
}
