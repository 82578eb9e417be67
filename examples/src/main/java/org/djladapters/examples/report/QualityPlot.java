/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Palette;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;

/**
 * Draws quality against the number of adapter parameters. A family has a colour, a line joins the
 * Pareto front, and what a head alone reaches, which has no adapter parameters, is a broken line;
 * where that lies so far below that all others would seem equal, the axis names it instead.
 */
final class QualityPlot {

    static final String PARAMETERS = "adapter parameters, without the head";

    private static final Color FRONT = new Color(0xBBBBBB);

    /** How far below the others, in their extents, a level is drawn. */
    private static final double DEPTH = 1.5;

    private final FamilyColors colors;

    QualityPlot(FamilyColors colors) {
        this.colors = colors;
    }

    /** Returns whether there is anything to draw. */
    static boolean isDrawable(List<Standing> standings) {
        return standings.stream().anyMatch(standing -> standing.parameters() > 0);
    }

    /**
     * Draws methods.
     *
     * @param front those on the Pareto front; none to draw no line
     */
    Figure draw(
            String title,
            String quality,
            List<Standing> standings,
            List<Standing> front,
            int width,
            int height) {
        List<Standing> below = below(standings);
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic(PARAMETERS))
                        .setY(Axis.linear(quality + named(below)))
                        .optSize(width, height);
        List<Standing> placed = standings.stream().filter(s -> s.parameters() > 0).toList();
        addFront(chart, front);
        addLevels(chart, standings.stream().filter(s -> !below.contains(s)).toList(), placed);
        Set<String> families = new LinkedHashSet<>();
        placed.forEach(standing -> families.add(standing.family()));
        for (String family : families) {
            List<Point> points =
                    placed.stream()
                            .filter(s -> s.family().equals(family))
                            .map(
                                    s ->
                                            new Point(
                                                    s.parameters(),
                                                    s.value(),
                                                    s.deviation(),
                                                    shortLabel(s)))
                            .toList();
            chart.addSeries(new Series(family, colors.of(family), Look.DOTS, points));
        }
        return new Figure(title, List.of(chart.build()));
    }

    /** Levels that are too far below the others to be drawn with them. */
    static List<Standing> below(List<Standing> standings) {
        DoubleSummaryStatistics values =
                standings.stream()
                        .filter(s -> s.parameters() > 0)
                        .mapToDouble(Standing::value)
                        .summaryStatistics();
        double extent = values.getMax() - values.getMin();
        return standings.stream()
                .filter(s -> s.parameters() == 0 && extent > 0)
                .filter(s -> s.value() < values.getMin() - DEPTH * extent)
                .toList();
    }

    private static String named(List<Standing> below) {
        return below.isEmpty()
                ? ""
                : below.stream()
                        .map(s -> Text.format("%s %.1f", s.label(), s.value()))
                        .collect(Collectors.joining(", ", " (below: ", ")"));
    }

    /** Without the name of the family, which the colour tells. */
    private static String shortLabel(Standing standing) {
        String prefix = standing.family() + " ";
        return standing.label().startsWith(prefix)
                ? standing.label().substring(prefix.length())
                : standing.label();
    }

    private static void addFront(Chart.Builder chart, List<Standing> front) {
        List<Point> points =
                front.stream()
                        .filter(standing -> standing.parameters() > 0)
                        .map(standing -> new Point(standing.parameters(), standing.value()))
                        .toList();
        if (!points.isEmpty()) {
            chart.addSeries(new Series("Pareto front", FRONT, Look.LINE, points));
        }
    }

    /** Those without parameters, from the smallest to the largest of the others. */
    private static void addLevels(
            Chart.Builder chart, List<Standing> standings, List<Standing> placed) {
        long least = placed.stream().mapToLong(Standing::parameters).min().orElseThrow();
        long most = placed.stream().mapToLong(Standing::parameters).max().orElseThrow();
        for (Standing level : standings) {
            if (level.parameters() == 0) {
                List<Point> line = new ArrayList<>();
                line.add(new Point(least, level.value(), 0, level.label()));
                line.add(new Point(most, level.value()));
                chart.addSeries(new Series("", Palette.NEUTRAL, Look.DASHES, line));
            }
        }
    }
}
