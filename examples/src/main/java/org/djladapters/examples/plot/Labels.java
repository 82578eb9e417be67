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
import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.djladapters.examples.plot.Series.Point;

/**
 * Writes the labels of points, each as near to its point as possible. A label never covers points,
 * bars or other labels, and covers lines only where no other place is free. A thin line leads from
 * a point to a label that is not beside it.
 */
final class Labels {

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.BOLD, 13);
    private static final Color LEADER = new Color(0, 0, 0, 70);
    private static final int GAP = 5;
    private static final int RADIUS = 6;
    private static final int FARTHEST = 5;
    private static final int CROSSING = 60;

    private final Chart.Frame frame;
    private final Rectangle canvas;
    private final List<Rectangle> taken = new ArrayList<>();
    private final List<Line2D> lines = new ArrayList<>();

    Labels(Chart.Frame frame, int width, int height) {
        this.frame = frame;
        int left = frame.left() + GAP;
        canvas = new Rectangle(left, GAP, width - GAP - left, Math.min(frame.bottom(), height));
    }

    void draw(List<Series> series, Graphics2D graphics) {
        graphics.setFont(FONT);
        for (Series shown : series) {
            block(shown);
        }
        for (Series shown : series) {
            for (Point point : shown.points()) {
                if (!point.label().isEmpty()) {
                    draw(point, shown.color().darker(), graphics);
                }
            }
        }
    }

    private void block(Series shown) {
        List<Point> points = shown.points();
        for (int i = 0; i < points.size(); i++) {
            if (shown.look().isMarked()) {
                taken.add(around(points.get(i)));
            }
            if (shown.look().isJoined() && i > 0) {
                lines.add(
                        new Line2D.Double(
                                frame.screenX(points.get(i - 1).x()),
                                frame.screenY(points.get(i - 1).y()),
                                frame.screenX(points.get(i).x()),
                                frame.screenY(points.get(i).y())));
            }
        }
    }

    /** Returns the rectangle of a point with its error bar. */
    private Rectangle around(Point point) {
        int x = frame.screenX(point.x());
        int top = frame.screenY(point.y() + point.reach());
        int bottom = frame.screenY(point.y() - point.reach());
        return new Rectangle(x - RADIUS, top - RADIUS, 2 * RADIUS, bottom - top + 2 * RADIUS);
    }

    private void draw(Point point, Color color, Graphics2D graphics) {
        FontMetrics metrics = graphics.getFontMetrics();
        int width = metrics.stringWidth(point.label());
        int x = frame.screenX(point.x());
        int y = frame.screenY(point.y());
        candidates(around(point), y, width, metrics.getHeight()).stream()
                .filter(place -> canvas.contains(place.box()))
                .filter(place -> taken.stream().noneMatch(place.box()::intersects))
                .min(Comparator.comparingInt(this::cost))
                .ifPresent(
                        place -> {
                            Rectangle box = place.box();
                            if (place.distance() > 0) {
                                lead(x, y, box, graphics);
                            }
                            graphics.setColor(color);
                            graphics.drawString(point.label(), box.x, box.y + metrics.getAscent());
                            taken.add(box);
                        });
    }

    private static void lead(int x, int y, Rectangle box, Graphics2D graphics) {
        int endX = Math.max(box.x, Math.min(x, box.x + box.width));
        int endY = y < box.y ? box.y : Math.min(y, box.y + box.height);
        graphics.setColor(LEADER);
        graphics.setStroke(new BasicStroke(1));
        graphics.drawLine(x, y, endX, endY);
    }

    /** A place for a label; its distance is 0 beside the point. */
    private record Place(Rectangle box, int distance, int order) {}

    private int cost(Place place) {
        long crossed = lines.stream().filter(line -> line.intersects(place.box())).count();
        return (int) crossed * CROSSING + 20 * place.distance() + place.order();
    }

    private static List<Place> candidates(Rectangle point, int centre, int width, int height) {
        int right = point.x + point.width + GAP;
        int left = point.x - GAP - width;
        int middle = point.x + point.width / 2 - width / 2;
        List<Place> places = new ArrayList<>();
        for (int far = 0; far < FARTHEST; far++) {
            int away = far * height;
            int above = centre - height - 2 - away;
            int below = centre + 2 + away;
            int[][] corners = {
                {right, centre - height / 2},
                {left, centre - height / 2},
                {right, above},
                {left, above},
                {right, below},
                {left, below},
                {middle, point.y - height - 1 - away},
                {middle, point.y + point.height + 1 + away},
                {right + 3 * GAP * far, above},
                {left - 3 * GAP * far, above},
                {right + 3 * GAP * far, below},
                {left - 3 * GAP * far, below}
            };
            for (int i = 0; i < corners.length; i++) {
                Rectangle box = new Rectangle(corners[i][0], corners[i][1], width, height);
                places.add(new Place(box, i < 2 ? 0 : far, i));
            }
        }
        return places;
    }
}
