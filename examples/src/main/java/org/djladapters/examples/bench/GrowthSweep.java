/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.examples.bench.GrowthPoint.Load;

/**
 * Points of several series in which one quantity varies.
 *
 * @param name the name of the picture
 * @param quantity the name of the quantity
 * @param setting a description of what does not vary
 * @param place returns the quantity of a point
 */
record GrowthSweep(
        String name,
        String quantity,
        String setting,
        ToDoubleFunction<GrowthPoint> place,
        List<GrowthPoint> points) {

    private static final List<List<Integer>> ORDERS =
            List.of(List.of(1), List.of(1, 2), List.of(1, 2, 3));

    /** Returns all sweeps; widths are those of MiniLM up to models of 70 billion weights. */
    static List<GrowthSweep> all() {
        return List.of(
                new GrowthSweep(
                        "width",
                        "width d of the encoder",
                        "query and value of 1 layer, 128 tokens",
                        point -> point.load().width(),
                        IntStream.of(384, 768, 2048, 4096, 8192)
                                .mapToObj(width -> new Load(1, width, 2, 64))
                                .flatMap(load -> divided(load, 2))
                                .toList()),
                new GrowthSweep(
                        "blocks",
                        "blocks of a layer",
                        "query and value of 1 layer, d = 768, 512 tokens",
                        GrowthPoint::blocks,
                        IntStream.of(1, 2, 3, 4, 6, 8)
                                .boxed()
                                .flatMap(blocks -> inBlocks(new Load(1, 768, 8, 64), 2, blocks))
                                .toList()),
                new GrowthSweep(
                        "sites",
                        "adapted linear layers",
                        "4 layers of 6 linear ones, d = 384, 512 tokens",
                        GrowthPoint::sites,
                        IntStream.of(1, 2, 4, 8, 16, 24)
                                .boxed()
                                .flatMap(sites -> divided(new Load(4, 384, 8, 64), sites))
                                .toList()),
                new GrowthSweep(
                        "tokens",
                        "tokens of a batch",
                        "query and value of 1 layer, d = 768",
                        point -> point.load().tokens(),
                        IntStream.of(1, 2, 4, 8, 16, 32)
                                .mapToObj(rows -> new Load(1, 768, rows, 64))
                                .flatMap(load -> divided(load, 2))
                                .toList()));
    }

    /** Divides layers in both ways: into 4 blocks, and into blocks of 64. */
    private static Stream<GrowthPoint> divided(Load load, int sites) {
        return Stream.concat(
                inBlocks(load, sites, 4),
                Stream.of(new GrowthPoint(load, sites, List.of(1, 2), 0, 64)));
    }

    private static Stream<GrowthPoint> inBlocks(Load load, int sites, int blocks) {
        return ORDERS.stream().map(orders -> new GrowthPoint(load, sites, orders, blocks, 0));
    }

    /** Names the series of a point: the properties that its points have in common. */
    String series(GrowthPoint point) {
        String orders =
                point.orders().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String name = (point.orders().size() == 1 ? "order " : "orders ") + orders;
        boolean varied = points.stream().mapToInt(GrowthPoint::blocks).distinct().count() > 2;
        if (point.blockSize() > 0) {
            return name + "; blocks of " + point.blockSize();
        }
        return varied ? name : name + "; " + point.blocks() + " blocks";
    }
}
