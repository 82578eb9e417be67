/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.examples.bench.GrowthPoint.Load;
import org.djladapters.model.AdaptedModel;

/** Measures adapters of an encoder with random weights. */
final class EncoderMeasurement implements Growth.Measurement {

    /** The linear layers of a layer of the encoder, in the order in which they are adapted. */
    private static final List<String> LINEAR =
            List.of(
                    "attention.self.query",
                    "attention.self.value",
                    "attention.self.key",
                    "attention.output.dense",
                    "intermediate.dense",
                    "output.dense");

    private final int rounds;

    EncoderMeasurement(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public List<GrowthResult> measure(Load load, List<GrowthPoint> points) throws IOException {
        Map<String, AdapterConfig> methods = new LinkedHashMap<>();
        for (int i = 0; i < points.size(); i++) {
            methods.put("point" + i, config(points.get(i)));
        }
        List<TrainingCost> costs;
        try (TemporaryModel encoder = TemporaryModel.of(load.shape());
                AdaptedModel model = AdaptedModel.open(encoder.directory())) {
            costs =
                    List.copyOf(
                            Benchmark.builder()
                                    .setModel(model)
                                    .setMethods(methods)
                                    .optBatch(load.batch())
                                    .optLength(load.length())
                                    .optRounds(rounds)
                                    .build()
                                    .trainingCosts()
                                    .values());
        }
        List<GrowthResult> results = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            results.add(result(points.get(i), costs.get(i)));
        }
        return results;
    }

    private static AdapterConfig config(GrowthPoint point) {
        CompoundConfig.Builder config =
                CompoundConfig.builder()
                        .optOrders(point.orders().stream().mapToInt(order -> order).toArray())
                        .optTargets(targets(point));
        return point.blockSize() > 0
                ? config.optBlockSize(point.blockSize()).build()
                : config.optBlocks(point.blocks()).build();
    }

    private static Targets targets(GrowthPoint point) {
        List<String> paths = new ArrayList<>();
        for (String linear : LINEAR) {
            for (int layer = 0; layer < point.load().layers(); layer++) {
                paths.add("encoder.layer." + layer + "." + linear);
            }
        }
        return Targets.of(paths.subList(0, point.sites()).toArray(new String[0]));
    }

    private GrowthResult result(GrowthPoint point, TrainingCost cost) {
        return new GrowthResult(
                point,
                JniUtils.getNumThreads(),
                rounds,
                cost.trainableParameters(),
                cost.frozenStep(),
                cost.step(),
                cost.stepRatio(),
                cost.transformForward().orElseThrow(),
                cost.transform().orElseThrow());
    }
}
