/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPlotTest {

    /** The colours of the first two methods. */
    private static final int FIRST = new Color(0x0072B2).getRGB();

    private static final int SECOND = new Color(0xD55E00).getRGB();

    @TempDir private Path folder;

    @Test
    void betterIsHigherAndMoreParametersAreFurtherRight() throws IOException {
        BufferedImage image =
                draw(
                        Comparisons.summary("few", 4_536, 0.70, 0.72),
                        Comparisons.summary("many", 294_912, 0.80, 0.83));
        int[] few = centre(image, FIRST);
        int[] many = centre(image, SECOND);
        assertThat(many[0]).isGreaterThan(few[0] + 100);
        assertThat(many[1]).isLessThan(few[1] - 100);
    }

    @Test
    void aMethodWithoutParametersStandsAtTheLeft() throws IOException {
        BufferedImage image =
                draw(Comparisons.summary("some", 4_536, 0.8), Comparisons.summary("none", 0, 0.7));
        assertThat(centre(image, SECOND)[0])
                .isBetween(0, image.getWidth() / 3)
                .isLessThan(centre(image, FIRST)[0]);
    }

    @Test
    void drawsAMethodAlone() throws IOException {
        assertThat(centre(draw(Comparisons.summary("none", 0, 0.7)), FIRST)).isNotNull();
        assertThat(centre(draw(Comparisons.summary("one", 1_000, 0.7)), FIRST)).isNotNull();
    }

    private BufferedImage draw(MethodSummary... methods) throws IOException {
        Path file = folder.resolve("plot.png");
        ComparisonPlot.write(Comparisons.result(methods), file);
        return ImageIO.read(file.toFile());
    }

    /** The mean place of all pixels of a colour. */
    private static int[] centre(BufferedImage image, int colour) {
        long count = 0;
        long sumX = 0;
        long sumY = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == colour) {
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
