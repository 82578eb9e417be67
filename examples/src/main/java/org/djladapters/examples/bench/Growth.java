/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.examples.bench.GrowthPoint.Load;
import org.djladapters.tuning.ProgressListener;

/**
 * Measures how the cost of a compound adapter grows with the width of the model, the blocks and
 * orders, the number of adapted layers and the tokens of a batch.
 *
 * <p>The folder gets {@code growth.jsonl} with a line for every measurement, and a picture for each
 * varied quantity. Measurements that the folder has already are not repeated.
 */
public final class Growth {

    private final List<GrowthSweep> sweeps;
    private final GrowthFolder folder;
    private final Measurement measurement;

    Growth(List<GrowthSweep> sweeps, GrowthFolder folder, Measurement measurement) {
        this.sweeps = sweeps;
        this.folder = folder;
        this.measurement = measurement;
    }

    /** Measures the points of one load interleaved. */
    @FunctionalInterface
    interface Measurement {

        List<GrowthResult> measure(Load load, List<GrowthPoint> points) throws IOException;
    }

    /**
     * Does the measurements that the folder lacks, and draws.
     *
     * @param maxWidth leaves out wider encoders
     * @param rounds the number of rounds after the warm-up
     * @return the pictures
     * @throws IllegalArgumentException if all encoders are wider
     */
    public static List<Path> run(Path output, int maxWidth, int rounds, ProgressListener listener)
            throws IOException {
        GrowthFolder folder = new GrowthFolder(output, JniUtils.getNumThreads());
        return new Growth(GrowthSweep.all(), folder, new EncoderMeasurement(rounds))
                .run(maxWidth, listener);
    }

    List<Path> run(int maxWidth, ProgressListener listener) throws IOException {
        int least = points().mapToInt(point -> point.load().width()).min().orElseThrow();
        if (maxWidth < least) {
            throw new IllegalArgumentException(
                    "The narrowest encoder has width %d, so the largest width can't be %d"
                            .formatted(least, maxWidth));
        }
        Map<Load, List<GrowthPoint>> missing = missing(maxWidth);
        int done = 0;
        for (Map.Entry<Load, List<GrowthPoint>> entry : missing.entrySet()) {
            Load load = entry.getKey();
            listener.onNote(
                    "load %d of %d: %s, %d tokens"
                            .formatted(++done, missing.size(), load.shape().name(), load.tokens()));
            folder.append(measurement.measure(load, entry.getValue()));
        }
        List<Path> pictures = new ArrayList<>();
        for (GrowthSweep sweep : sweeps) {
            List<GrowthResult> results = folder.results(sweep.points());
            if (!results.isEmpty()) {
                Path picture = folder.file("growth-" + sweep.name() + ".png");
                GrowthPlot.write(sweep, results, picture);
                pictures.add(picture);
            }
        }
        return pictures;
    }

    private Stream<GrowthPoint> points() {
        return sweeps.stream().flatMap(sweep -> sweep.points().stream()).distinct();
    }

    /** Returns the points that were not measured yet, the cheapest loads first. */
    private Map<Load, List<GrowthPoint>> missing(int maxWidth) {
        return points().filter(point -> point.load().width() <= maxWidth && !folder.has(point))
                .sorted(Comparator.comparingDouble(point -> work(point.load())))
                .collect(
                        Collectors.groupingBy(
                                GrowthPoint::load, LinkedHashMap::new, Collectors.toList()));
    }

    private static double work(Load load) {
        return (double) load.layers() * load.width() * load.width() * load.tokens();
    }
}
