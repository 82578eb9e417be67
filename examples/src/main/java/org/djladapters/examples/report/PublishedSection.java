/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.djladapters.examples.plot.Axis;
import org.djladapters.examples.plot.Chart;
import org.djladapters.examples.plot.Figure;
import org.djladapters.examples.plot.Series;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Published.Study;

/** Figures that others published, beside those of a suite. */
final class PublishedSection {

    private PublishedSection() {}

    /** The published figures for a suite; nothing if there are none. */
    static List<Block> blocks(Suite suite, Published published, FamilyColors colors) {
        List<Study> studies =
                published.studies().stream()
                        .filter(study -> study.suite().equals(suite.name()))
                        .toList();
        if (studies.isEmpty()) {
            return List.of();
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(3, "Published figures"));
        blocks.add(picture(suite, studies, colors));
        Rows rows = new Rows();
        for (Study study : studies) {
            for (Published.Figure figure : study.figures()) {
                rows.add(
                        figure.method() + " (published)",
                        Text.format("%.2f", figure.value()),
                        Text.count(figure.parameters()),
                        study.setting(),
                        study.source());
            }
        }
        blocks.add(rows.under("method", "value", "adapter parameters", "setting", "source"));
        blocks.add(
                new Paragraph(
                        "These figures were published and not measured here. Models, tasks and"
                                + " protocols differ, so only their differences are comparable"
                                + " with ours."));
        return blocks;
    }

    private static String source(Study study) {
        return "%s, %s (%s)".formatted(study.name(), study.setting(), study.source());
    }

    private static Block picture(Suite suite, List<Study> studies, FamilyColors colors) {
        Chart.Builder chart =
                Chart.builder()
                        .setX(Axis.logarithmic("adapter parameters"))
                        .setY(Axis.linear("published value"))
                        .optSize(760, 460);
        for (Study study : studies) {
            boolean others = !study.equals(studies.get(0));
            for (Published.Figure figure : study.figures()) {
                Point point = new Point(figure.parameters(), figure.value(), 0, figure.method());
                chart.addSeries(
                        new Series(
                                "",
                                others ? colors.of(FamilyColors.FULL) : colors.of(figure.family()),
                                others ? Look.DIAMONDS : Look.DOTS,
                                List.of(point)));
            }
        }
        ByteBuffer png = new Figure("published, not measured here", List.of(chart.build())).png();
        String caption =
                "Published, not measured here. Dots: "
                        + source(studies.get(0))
                        + studies.stream()
                                .skip(1)
                                .map(study -> "; diamonds: " + source(study))
                                .collect(Collectors.joining())
                        + ".";
        String file = ReportOptions.fileName(suite.name() + "-published") + ".png";
        return new Gallery(List.of(new Picture(file, caption, png)));
    }
}
