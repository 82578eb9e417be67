/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A model in a process that is as large after many rounds of something as it was before. */
abstract class SteadyModel {

    /**
     * More find slower leaks: {@code .ci/run} runs what extends this with {@code
     * -Dsteady.rounds=1000}.
     */
    static final int ROUNDS = Integer.getInteger("steady.rounds", 40);

    /** In fewer rounds what leaks is less than the margin, which does not depend on the rounds. */
    private static final int ROUNDS_FOR_RESIDENT = 200;

    static final String BFLOAT16 = "bfloat16";

    static final int ROWS = 16;
    private static final int TOKENS = 16;

    /**
     * The Java heap grows by some tens of megabytes between collections. The graphs of a thousand
     * steps would be hundreds; an array that is forgotten is counted where a manager owns it.
     */
    private static final long MARGIN_KILOBYTES = 64 * 1024;

    AdaptedModel model;
    NDManager manager;
    NDList inputs;

    interface Round {
        void run(int number) throws Exception;
    }

    @BeforeEach
    void open() throws Exception {
        open(AdaptedModel.open(Models.directory("tiny-bert-classifier")));
    }

    private void open(AdaptedModel opened) {
        model = opened;
        model.add("a", config("query"));
        model.add("b", config("value"));
        manager = NDManager.newBaseManager("PyTorch");
        inputs = Passes.tokens(model, manager, ROWS, TOKENS);
    }

    private static CompoundConfig config(String target) {
        return CompoundConfig.builder().optOrders(1, 2).optTargets(target).build();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    static boolean hasProc() {
        return Files.isReadable(Path.of("/proc/self/status"));
    }

    static List<String> ofRows(String... names) {
        return IntStream.range(0, ROWS).mapToObj(row -> names[row % names.length]).toList();
    }

    /** Chooses how products are computed, or that a checkpoint computes in bfloat16. */
    void choose(String way) throws Exception {
        if (way.equals(BFLOAT16)) {
            close();
            OpenOptions options = OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();
            open(AdaptedModel.open(Gradients.hub("tiny-bert-classifier"), options));
        } else {
            assumeThatCode(() -> model.setMatmul(Matmul.parse(way))).doesNotThrowAnyException();
        }
    }

    void assertSteady(int rounds, Round round) throws Exception {
        // programs are compiled and pools filled in the first rounds
        long before = leastResident(round);
        int arrays = arrays();

        for (int i = 0; i < rounds; i++) {
            round.run(i);
        }

        assertThat(arrays()).isEqualTo(arrays);
        // only predictions are so many by default; .ci/run runs all with -Dsteady.rounds=1000
        if (rounds >= ROUNDS_FOR_RESIDENT) {
            assertThat(leastResident(round) - before).isLessThan(MARGIN_KILOBYTES);
        }
    }

    /** The allocator takes and gives back tens of megabytes at a time; what lasts is the least. */
    private static long leastResident(Round round) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 1; i <= Math.min(ROUNDS, 200); i++) {
            round.run(i);
            if (i % 20 == 0) {
                least = Math.min(least, residentKilobytes());
            }
        }
        return least;
    }

    /** Counts what the model, its base and this test own. */
    int arrays() {
        NDManager base = model.baseParameters().values().iterator().next().getManager();
        return model.model().getNDManager().getManagedArrays().size()
                + base.getManagedArrays().size()
                + manager.getManagedArrays().size();
    }

    private static long residentKilobytes() throws Exception {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
