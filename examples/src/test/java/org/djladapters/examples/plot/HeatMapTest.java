/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {

    private static final int SIZE = 200;

    @Test
    void colorsTellSignAndSize() {
        BufferedImage image = draw(builder(new double[][] {{2, -2}, {1, 0}}));

        assertThat(cell(image, 0, 0)).isEqualTo(Palette.color(1));
        assertThat(cell(image, 0, 1)).isEqualTo(Palette.color(0));
        assertThat(cell(image, 1, 0)).isEqualTo(Palette.lighter(Palette.color(1), 0.5));
        assertThat(cell(image, 1, 1)).isEqualTo(Color.WHITE);
    }

    @Test
    void aLimitMakesMapsComparable() {
        BufferedImage image = draw(builder(new double[][] {{2, 9}, {0, 0}}).optLimit(4));

        assertThat(cell(image, 0, 0)).isEqualTo(Palette.lighter(Palette.color(1), 0.5));
        assertThat(cell(image, 0, 1)).isEqualTo(Palette.color(1));
    }

    @Test
    void zerosAreWhiteAndWhatIsNotFiniteIsGrey() {
        BufferedImage image =
                draw(builder(new double[][] {{0, Double.NaN}, {Double.NEGATIVE_INFINITY, 0}}));

        assertThat(cell(image, 0, 0)).isEqualTo(Color.WHITE);
        assertThat(cell(image, 0, 1)).isEqualTo(Color.LIGHT_GRAY);
        assertThat(cell(image, 1, 0)).isEqualTo(Color.LIGHT_GRAY);
    }

    @Test
    void linesStandBeforeTheirRowAndColumn() {
        double[][] zeros = new double[2][2];
        BufferedImage plain = draw(builder(zeros));
        BufferedImage divided = draw(builder(zeros).optParts(1));

        int middle = 16 + side() / 2;
        int quarter = 16 + side() / 4;
        assertThat(new Color(plain.getRGB(middle, quarter))).isEqualTo(Color.WHITE);
        assertThat(new Color(divided.getRGB(middle, quarter))).isNotEqualTo(Color.WHITE);
        assertThat(new Color(divided.getRGB(quarter, middle))).isNotEqualTo(Color.WHITE);
    }

    @Test
    void standsBesideOthersInAFigure() {
        HeatMap map = builder(new double[][] {{1}}).optTitle("one").build();
        Chart chart =
                Chart.builder()
                        .setX(Axis.linear("x"))
                        .setY(Axis.linear("y"))
                        .optSize(300, 250)
                        .build();

        BufferedImage image = new Figure("both", List.of(map, chart)).draw();

        assertThat(image.getWidth()).isEqualTo(SIZE + 300);
        assertThat(image.getHeight()).isGreaterThan(250);
    }

    @Test
    void refusesWhatIsNoMatrix() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(new double[][] {{1, 2}, {3}}))
                .withMessageContaining("2 rows have [2, 1] numbers");
        assertThatIllegalArgumentException().isThrownBy(() -> builder(new double[0][]));
        assertThatIllegalArgumentException().isThrownBy(() -> builder(new double[1][0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(new double[][] {{1}}).optParts(2).build())
                .withMessageContaining("1 × 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(new double[][] {{1}}).optLimit(0));
    }

    private static HeatMap.Builder builder(double[][] values) {
        return HeatMap.builder().setValues(values).optSize(SIZE, SIZE);
    }

    private static BufferedImage draw(HeatMap.Builder builder) {
        return builder.build().draw();
    }

    /** The colour in the middle of a cell of a matrix of two rows. */
    private static Color cell(BufferedImage image, int row, int column) {
        int x = 16 + (2 * column + 1) * side() / 4;
        int y = 16 + (2 * row + 1) * side() / 4;
        return new Color(image.getRGB(x, y));
    }

    /** The side of the matrix: the width without the edges and the key. */
    private static int side() {
        return SIZE - 2 * 16 - 72;
    }
}
