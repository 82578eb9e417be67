/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.djladapters.io.AtomicFiles;

/**
 * Draws what was measured along a sweep: the step ratio, and beside it the shortest time in which
 * the rotation of a layer was built, with the backward pass.
 */
final class GrowthPlot {

    private static final int HEADER = 84;
    private static final int GAP = 28;
    private static final int SAMPLE = 26;
    private static final int MARKER = 8;
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Font LEGEND = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    /** Told apart by people who see colours differently (Okabe and Ito). */
    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xD55E00),
                    new Color(0x009E73),
                    new Color(0xCC79A7));

    private final GrowthSweep sweep;
    private final Map<String, List<GrowthResult>> series;

    private GrowthPlot(GrowthSweep sweep, List<GrowthResult> results) {
        this.sweep = sweep;
        series =
                results.stream()
                        .sorted(Comparator.comparingDouble(this::place))
                        .collect(
                                Collectors.groupingBy(
                                        result -> sweep.series(result.point()),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
    }

    /**
     * Writes a PNG.
     *
     * @param results at least one
     */
    static void write(GrowthSweep sweep, List<GrowthResult> results, Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new GrowthPlot(sweep, results).draw(), "png", bytes);
        AtomicFiles.writeBytes(file, ByteBuffer.wrap(bytes.toByteArray()));
    }

    private BufferedImage draw() {
        BufferedImage image =
                new BufferedImage(
                        2 * LogChart.WIDTH, HEADER + LogChart.HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = smooth(image);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        drawHeader(graphics, image.getWidth());
        BufferedImage ratio = chart("step / step of the frozen base", GrowthResult::stepRatio);
        BufferedImage building =
                chart(
                        "ms to build a layer's rotation, both ways",
                        result -> result.rotation().minMs());
        graphics.drawImage(ratio, 0, HEADER, null);
        graphics.drawImage(building, LogChart.WIDTH, HEADER, null);
        graphics.dispose();
        return image;
    }

    private BufferedImage chart(String title, ToDoubleFunction<GrowthResult> value) {
        LogChart chart = new LogChart(sweep.quantity(), title);
        int color = 0;
        for (Map.Entry<String, List<GrowthResult>> line : series.entrySet()) {
            chart.add(
                    line.getKey(),
                    COLORS.get(color++ % COLORS.size()),
                    line.getValue().stream().mapToDouble(this::place).toArray(),
                    line.getValue().stream().mapToDouble(value).toArray());
        }
        return chart.draw();
    }

    private double place(GrowthResult result) {
        return sweep.place().applyAsDouble(result.point());
    }

    /** What stays as it is, and under it what the lines are. */
    private void drawHeader(Graphics2D graphics, int width) {
        graphics.setFont(TITLE);
        graphics.setColor(Color.DARK_GRAY);
        int title = graphics.getFontMetrics().stringWidth(sweep.setting());
        graphics.drawString(sweep.setting(), (width - title) / 2, HEADER / 2 - MARKER);
        graphics.setFont(LEGEND);
        FontMetrics metrics = graphics.getFontMetrics();
        int all =
                series.keySet().stream()
                        .mapToInt(name -> SAMPLE + MARKER + metrics.stringWidth(name) + GAP)
                        .sum();
        int x = (width - all + GAP) / 2;
        int y = HEADER - GAP + metrics.getAscent() / 2;
        int middle = y - metrics.getAscent() / 2 + 1;
        int color = 0;
        for (String name : series.keySet()) {
            graphics.setColor(COLORS.get(color++ % COLORS.size()));
            graphics.setStroke(new BasicStroke(2));
            graphics.drawLine(x, middle, x + SAMPLE, middle);
            graphics.fillOval(x + (SAMPLE - MARKER) / 2, middle - MARKER / 2, MARKER, MARKER);
            graphics.setColor(Color.DARK_GRAY);
            graphics.drawString(name, x + SAMPLE + MARKER, y);
            x += SAMPLE + MARKER + metrics.stringWidth(name) + GAP;
        }
    }

    static Graphics2D smooth(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        return graphics;
    }
}
