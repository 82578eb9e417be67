/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.djladapters.archive.TorchArchive;
import org.djladapters.archive.Variable;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.kernel.PlainExecution;
import org.djladapters.kernel.PyTorch;

/**
 * Measures the memory of training steps of a frozen model in DJL alone, without this library;
 * {@link Benchmark#run} measures their time.
 */
public final class StockBenchmark {

    private StockBenchmark() {}

    /**
     * Takes as many steps as {@link Benchmark#peakMemory} and nothing else, in a process that has
     * opened no other model.
     *
     * @param parameter the parameter down to which the backward pass goes, {@link
     *     BenchmarkResult.Method#firstParameter}
     * @param length the number of tokens of every row, empty for images and for the default
     * @param rounds the number of rounds after the warm-up
     * @return the largest resident size of this process meanwhile in bytes, if it is known
     */
    public static OptionalLong peakMemory(
            Path folder,
            OpenOptions options,
            String parameter,
            int batch,
            OptionalInt length,
            int rounds)
            throws IOException {
        ModelDirectory directory = ModelDirectory.open(folder);
        directory.checkArchive(options);
        List<String> names =
                TorchArchive.open(directory.archive().orElseThrow()).forward().arguments().stream()
                        .map(Variable::name)
                        .toList();
        Device device = PyTorch.engine().defaultDevice();
        try (StockModel model = StockModel.forTraining(directory, device, parameter);
                BenchmarkInputs inputs =
                        BenchmarkInputs.draw(
                                directory,
                                names,
                                batch,
                                length,
                                model.manager(),
                                rows -> predict(model, rows))) {
            return model.peak(inputs.batch(), TimedCandidate.WARM_UP_ROUNDS + rounds);
        }
    }

    private static NDList predict(StockModel model, NDList rows) {
        NDManager owner = rows.get(0).getManager();
        // the engine would prepare the program for predictions in the first pass
        return PlainExecution.run(() -> model.outputs(rows, owner));
    }
}
