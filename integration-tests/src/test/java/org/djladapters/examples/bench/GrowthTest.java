/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.djladapters.examples.bench.BenchmarkResult.Timing;
import org.djladapters.examples.bench.GrowthPoint.Load;
import org.djladapters.tuning.ProgressListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {

    private static final List<Integer> WIDTHS = List.of(16, 32, 64);

    @TempDir private Path folder;

    private final List<GrowthPoint> measured = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @Test
    void measuresEveryPointOnceAndDraws() throws IOException {
        List<Path> pictures = run(1, 64);

        assertThat(measured).doesNotHaveDuplicates().hasSize(6);
        assertThat(Files.readAllLines(lines())).hasSize(6);
        assertThat(pictures)
                .containsExactly(
                        folder.resolve("growth-width.png"), folder.resolve("growth-blocks.png"))
                .allSatisfy(picture -> assertThat(colours(picture)).contains(0x0072B2));
        assertThat(notes.get(2))
                .isEqualTo(
                        "load 3 of 3: encoder:layers=1,width=64,heads=1,feed-forward=256,"
                                + " 10 tokens");
    }

    @Test
    void whatIsThereIsNotMeasuredAgain() throws IOException {
        run(1, 32);
        assertThat(measured).hasSize(5);
        measured.clear();

        run(1, 64);
        assertThat(measured).containsExactly(point(64, 2));
        measured.clear();

        assertThat(run(1, 64)).hasSize(2);
        assertThat(measured).isEmpty();
    }

    @Test
    void anotherNumberOfThreadsIsAnotherMeasurement() throws IOException {
        run(1, 64);
        measured.clear();

        run(2, 64);

        assertThat(measured).hasSize(6);
        assertThat(Files.readAllLines(lines())).hasSize(12);
    }

    @Test
    void aLineThatWasCutOffIsMeasuredAgain() throws IOException {
        run(1, 64);
        measured.clear();
        String text = Files.readString(lines());
        Files.writeString(lines(), text.substring(0, text.length() - 20));

        run(1, 64);

        assertThat(measured).hasSize(1);
        assertThat(lines()).content().isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"words\n", "{}\n", "\n", "{\"point\": {\"sites\": 2}}\n", "[1]\n"})
    void linesOfSomethingElseAreRefused(String text) throws IOException {
        Files.writeString(lines(), text);
        assertThatIOException()
                .isThrownBy(() -> run(1, 64))
                .withMessageContaining("growth.jsonl: line 1 is not a measurement of growth");
    }

    @Test
    void aWidthBelowAllIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(1, 15))
                .withMessageContaining("narrowest encoder has width 16");
    }

    @Test
    void adaptersOfAnEncoderAreMeasured() throws IOException {
        Load load = new Load(2, 32, 2, 5);
        List<GrowthPoint> points =
                List.of(
                        new GrowthPoint(load, 3, List.of(1), 2, 0),
                        new GrowthPoint(load, 12, List.of(1, 2), 0, 16));

        List<GrowthResult> results = new EncoderMeasurement(2).measure(load, points);

        assertThat(results).extracting(GrowthResult::point).isEqualTo(points);
        // blocks of 16 with n = 16, and with n = 5 in ten layers 32 wide and two 128 wide
        assertThat(results)
                .extracting(GrowthResult::trainableParameters)
                .containsExactly(3L * 2 * 120, (10L * 2 + 2 * 8) * 10);
        for (GrowthResult result : results) {
            assertThat(result.rounds()).isEqualTo(2);
            assertThat(result.threads()).isPositive();
            assertThat(result.stepRatio()).isPositive();
            assertThat(
                            List.of(
                                    result.frozenStep(),
                                    result.adapterStep(),
                                    result.rotationForward(),
                                    result.rotation()))
                    .allMatch(time -> time.minMs() > 0 && time.minMs() <= time.medianMs());
        }
    }

    @Test
    void theSweepsCoverWhatCostDependsOn() {
        List<GrowthSweep> sweeps = GrowthSweep.all();

        assertThat(sweeps)
                .extracting(GrowthSweep::name)
                .containsExactly("width", "blocks", "sites", "tokens");
        for (GrowthSweep sweep : sweeps) {
            assertThat(sweep.points()).doesNotHaveDuplicates();
            for (String series : sweep.points().stream().map(sweep::series).distinct().toList()) {
                assertThat(
                                sweep.points().stream()
                                        .filter(point -> sweep.series(point).equals(series))
                                        .mapToDouble(sweep.place()))
                        .as(series)
                        .isSorted()
                        .doesNotHaveDuplicates()
                        .hasSizeGreaterThan(4);
            }
        }
        assertThat(sweeps.get(0).points())
                .extracting(point -> point.load().width())
                .contains(384, 8192);
    }

    private Path lines() {
        return folder.resolve("growth.jsonl");
    }

    private static GrowthPoint point(int width, int blocks) {
        return new GrowthPoint(new Load(1, width, 2, 5), 2, List.of(1, 2), blocks, 0);
    }

    /** A sweep of three widths, and one of four numbers of blocks, with a point in common. */
    private List<Path> run(int threads, int maxWidth) throws IOException {
        List<GrowthSweep> sweeps =
                List.of(
                        new GrowthSweep(
                                "width",
                                "width",
                                "10 tokens",
                                point -> point.load().width(),
                                WIDTHS.stream().map(width -> point(width, 2)).toList()),
                        new GrowthSweep(
                                "blocks",
                                "blocks",
                                "10 tokens",
                                GrowthPoint::blocks,
                                IntStream.of(1, 2, 4, 8).mapToObj(b -> point(16, b)).toList()));
        ProgressListener listener =
                new ProgressListener() {
                    @Override
                    public void onNote(String note) {
                        notes.add(note);
                    }
                };
        return new Growth(
                        sweeps,
                        new GrowthFolder(folder, threads),
                        (load, points) -> {
                            assertThat(points).allMatch(point -> point.load().equals(load));
                            measured.addAll(points);
                            return points.stream().map(point -> result(point, threads)).toList();
                        })
                .run(maxWidth, listener);
    }

    private static GrowthResult result(GrowthPoint point, int threads) {
        double time = point.load().width() / (double) point.blocks();
        Timing timing = new Timing(time, time);
        return new GrowthResult(
                point, threads, 1, 10, timing, timing, 1 + time / 100, timing, timing);
    }

    private static List<Integer> colours(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        return Stream.iterate(0, x -> x + 1)
                .limit(image.getWidth())
                .flatMap(
                        x ->
                                IntStream.range(0, image.getHeight())
                                        .mapToObj(y -> image.getRGB(x, y) & 0xFFFFFF))
                .distinct()
                .toList();
    }
}
