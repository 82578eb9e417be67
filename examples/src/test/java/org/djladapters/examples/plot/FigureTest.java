/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.djladapters.examples.plot.Axis.Range;
import org.djladapters.examples.plot.Axis.Tick;
import org.djladapters.examples.plot.Series.Look;
import org.djladapters.examples.plot.Series.Point;
import org.junit.jupiter.api.Test;

class FigureTest {

    private static final Color RED = new Color(0xFF0000);
    private static final Color BLUE = new Color(0x0000FF);

    @Test
    void evenTicksHaveRoundSteps() {
        Axis axis = Axis.linear("");

        assertThat(axis.ticks(new Range(0.03, 1.07, Double.NaN), 6))
                .extracting(Tick::label)
                .containsExactly("0.2", "0.4", "0.6", "0.8", "1");
        assertThat(axis.ticks(new Range(-12, 13, Double.NaN), 3))
                .extracting(Tick::label)
                .containsExactly("-10", "0", "10");
    }

    @Test
    void roundNumbersOfALogarithmicAxisComeFirst() {
        Axis axis = Axis.logarithmic("");

        assertThat(axis.ticks(new Range(2.9, 6.1, Double.NaN), 9))
                .extracting(Tick::label)
                .startsWith("1,000", "10,000", "100,000", "1,000,000", "2,000");
        assertThat(axis.ticks(new Range(-5.1, -2.9, Double.NaN), 9))
                .extracting(Tick::label)
                .startsWith("1e-5", "1e-4", "0.001", "2e-5");
    }

    @Test
    void zeroStandsBeforeALogarithmicAxis() {
        Axis axis = Axis.logarithmic("");
        Range range = axis.range(new double[] {0, 2_000, 50_000});

        // a decade before the one that 2,000 is in
        assertThat(range.zero()).isEqualTo(2);
        assertThat(axis.place(0, range.zero())).isEqualTo(2);
        assertThat(axis.ticks(range, 9)).extracting(Tick::label).startsWith("0", "1,000", "10,000");
        assertThat(axis.range(new double[] {2_000, 50_000}).zero()).isNaN();
    }

    @Test
    void namesStandFromTheTop() {
        BufferedImage image =
                draw(
                        Axis.linear("x"),
                        Axis.names(List.of("upper", "lower")),
                        dots(RED, new Point(1, 0)),
                        dots(BLUE, new Point(1, 1)));

        assertThat(centre(image, RED)[1]).isLessThan(centre(image, BLUE)[1] - 50);
    }

    @Test
    void aRingIsHollow() {
        List<Point> point = List.of(new Point(1, 1));
        BufferedImage dot =
                draw(Axis.linear("x"), Axis.linear("y"), new Series("", RED, Look.DOTS, point));
        BufferedImage ring =
                draw(Axis.linear("x"), Axis.linear("y"), new Series("", RED, Look.RINGS, point));

        int[] centre = centre(dot, RED);
        assertThat(new Color(dot.getRGB(centre[0], centre[1]))).isEqualTo(RED);
        assertThat(new Color(ring.getRGB(centre[0], centre[1]))).isEqualTo(Color.WHITE);
    }

    @Test
    void anAxisHasRoomForValuesWithoutPoints() {
        Axis axis = Axis.linear("x").withRoomFor(-10, 20);

        assertThat(axis.range(new double[] {1}).low()).isLessThan(-10);
        assertThat(axis.range(new double[] {1}).high()).isGreaterThan(20);
        assertThat(axis.range(new double[] {50}).high()).isGreaterThan(50);
    }

    @Test
    void theLogarithmMakesRatiosEven() {
        BufferedImage image =
                draw(
                        Axis.logarithmic("x"),
                        Axis.linear("y"),
                        dots(RED, new Point(100, 1)),
                        dots(BLUE, new Point(1_000, 1)),
                        dots(Color.GREEN, new Point(10_000, 1)));

        int red = centre(image, RED)[0];
        int blue = centre(image, BLUE)[0];
        int green = centre(image, Color.GREEN)[0];
        // a pixel of rounding for each
        assertThat(green - blue).isBetween(blue - red - 2, blue - red + 2).isGreaterThan(100);
    }

    @Test
    void aLegendNamesEverySeriesOnce() throws IOException {
        Series named = new Series("both", RED, Look.DOTTED_LINE, List.of(new Point(1, 1)));
        Chart chart = chart(Axis.linear("x"), Axis.linear("y"), named);

        BufferedImage with = ImageIO.read(stream(new Figure("", List.of(chart, chart))));
        BufferedImage without =
                new Figure("", List.of(chart(Axis.linear("x"), Axis.linear("y")))).draw();

        assertThat(with.getWidth()).isEqualTo(2 * without.getWidth());
        assertThat(with.getHeight()).isBetween(without.getHeight() + 10, without.getHeight() + 40);
    }

    @Test
    void labelsThatHaveNoPlaceAreLeftOut() {
        Point[] crowd = new Point[60];
        for (int i = 0; i < crowd.length; i++) {
            crowd[i] = new Point(1 + i * 1e-3, 1, 0, "the label of a point");
        }
        Series far = dots(BLUE, new Point(2, 2));

        BufferedImage image = draw(Axis.linear("x"), Axis.linear("y"), dots(RED, crowd), far);

        // a label is written in a darker red; where labels overlapped they would fill the image
        assertThat(count(image, RED.darker())).isBetween(50L, 20_000L);
    }

    private static ByteArrayInputStream stream(Figure figure) {
        byte[] bytes = new byte[figure.png().remaining()];
        figure.png().get(bytes);
        return new ByteArrayInputStream(bytes);
    }

    private static Series dots(Color color, Point... points) {
        return new Series("", color, Look.DOTS, List.of(points));
    }

    private static Chart chart(Axis x, Axis y, Series... series) {
        Chart.Builder chart = Chart.builder().setX(x).setY(y);
        for (Series added : series) {
            chart.addSeries(added);
        }
        return chart.build();
    }

    private static BufferedImage draw(Axis x, Axis y, Series... series) {
        return chart(x, y, series).draw();
    }

    private static long count(BufferedImage image, Color color) {
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += image.getRGB(x, y) == color.getRGB() ? 1 : 0;
            }
        }
        return count;
    }

    private static int[] centre(BufferedImage image, Color color) {
        long count = 0;
        long sumX = 0;
        long sumY = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == color.getRGB()) {
                    count++;
                    sumX += x;
                    sumY += y;
                }
            }
        }
        assertThat(count).as("pixels of a marker").isGreaterThan(20);
        return new int[] {(int) (sumX / count), (int) (sumY / count)};
    }
}
