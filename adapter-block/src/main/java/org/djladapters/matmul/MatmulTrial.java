/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.djladapters.io.Internal;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.kernel.PyTorch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out which ways of multiplying this processor has, and which is the fastest. */
@Internal
public final class MatmulTrial {

    /** Rows and columns of a weight, as small encoders have them. */
    private static final int WIDTH = 384;

    /**
     * More weights than a core's own cache holds: a model's do not lie there either, and a way that
     * copies a weight first looks better where they do.
     */
    private static final int WEIGHTS = 6;

    /** The numbers of rows that are compared, from a batch of texts to a single token. */
    private static final int[] ROWS = {512, 64, 16, 4, 1};

    /**
     * The number of turns of both ways; the best turn of each counts, since whatever else the
     * processor does can only make a turn longer.
     */
    private static final int TURNS = 9;

    /** A turn has so many products, so that calls do not count; fewer if they are large. */
    private static final int PRODUCTS_OF_A_TURN = 12;

    private static final int ROWS_OF_A_TURN = 384;

    private static final Logger LOGGER = LoggerFactory.getLogger(MatmulTrial.class);

    private static Matmul fastest;
    private static Boolean oneDnn;

    private MatmulTrial() {}

    /** Returns the choice for products in this process, measured once. */
    public static synchronized Matmul fastest() {
        if (fastest == null) {
            fastest = measured();
            LOGGER.info("Matrix products are computed by {}, the fastest here", fastest);
        }
        return fastest;
    }

    /** Tells whether oneDNN multiplies here. */
    public static synchronized boolean hasOneDnn() {
        if (oneDnn == null) {
            oneDnn = runs();
        }
        return oneDnn;
    }

    private static boolean runs() {
        PyTorch.engine(); // an engine that does not start lacks more than an operator
        try (NativeKernel kernel = compile();
                Trial trial = new Trial(kernel, 1, false)) {
            trial.multiply(Matmul.ONEDNN, 0);
            return true;
        } catch (EngineException e) {
            // without the operator the program does not compile, and not every processor can do it
            return false;
        }
    }

    private static Matmul measured() {
        PyTorch.engine();
        try (NativeKernel kernel = compile()) {
            int rows = choose(times(kernel, false));
            if (rows == Matmul.NEVER) {
                return Matmul.MKL;
            }
            return new Matmul(rows, Math.max(rows, choose(times(kernel, true))));
        } catch (EngineException e) {
            return Matmul.MKL; // without the operator the program does not compile
        }
    }

    /** Compares both ways where weights lie as oneDNN takes them, or turned. */
    private static SortedMap<Integer, Times> times(NativeKernel kernel, boolean turned) {
        SortedMap<Integer, Times> times = new TreeMap<>();
        for (int rows : ROWS) {
            try (Trial trial = new Trial(kernel, rows, turned)) {
                times.put(rows, trial.compare());
            }
            if (!times.get(rows).isOneDnnFaster()) {
                break; // fewer rows are not asked for
            }
        }
        return times;
    }

    private static NativeKernel compile() {
        return NativeKernel.compile(
                "Matmul",
                NativeKernel.source(MatmulTrial.class, "matmul.py"),
                Map.of(ProductProgram.ENTRY, ProductProgram.withOneDnn()));
    }

    /**
     * Returns the number of rows from which on oneDNN is faster, for all larger ones, too; {@link
     * Matmul#NEVER} if it is not.
     */
    public static int choose(SortedMap<Integer, Times> times) {
        int choice = Matmul.NEVER;
        List<Integer> descending = new ArrayList<>(times.keySet());
        Collections.reverse(descending);
        for (int rows : descending) {
            if (!times.get(rows).isOneDnnFaster()) {
                break;
            }
            choice = rows;
        }
        return choice;
    }

    /** The shortest times of both ways in nanoseconds. */
    public record Times(long engine, long oneDnn) {

        boolean isOneDnnFaster() {
            return oneDnn < engine;
        }
    }

    /** Inputs of a number of rows, and what multiplies them with square weights. */
    private static final class Trial implements AutoCloseable {

        private final NativeKernel kernel;
        private final NDManager manager;
        private final int times;
        private final NDArray x;
        private final NDArray weights;
        private final NDArray forOneDnn;
        private final NDArray bias;

        /**
         * Makes weights that lie as each way takes them, or, {@code turned}, as the other one does:
         * those of a backward pass.
         */
        Trial(NativeKernel kernel, int rows, boolean turned) {
            this.kernel = kernel;
            manager = PyTorch.engine().newBaseManager(Device.cpu());
            times = Math.max(2, Math.min(PRODUCTS_OF_A_TURN, ROWS_OF_A_TURN / rows));
            x = manager.ones(new Shape(rows, WIDTH));
            NDArray byRows = manager.ones(new Shape(WEIGHTS, WIDTH, WIDTH));
            NDArray byColumns =
                    kernel.call("laid", manager).tensor(byRows).run().singletonOrThrow();
            weights = turned ? byColumns : byRows;
            forOneDnn = turned ? byRows : byColumns;
            bias = manager.ones(new Shape(WIDTH));
        }

        /** Has both ways take turns, so that whatever else the processor does meets both. */
        Times compare() {
            multiply(Matmul.MKL, 0);
            multiply(Matmul.ONEDNN, 0);
            long engineTime = Long.MAX_VALUE;
            long oneDnnTime = Long.MAX_VALUE;
            for (int turn = 0; turn < TURNS; turn++) {
                int first = turn * times;
                engineTime = Math.min(engineTime, multiply(Matmul.MKL, first));
                oneDnnTime = Math.min(oneDnnTime, multiply(Matmul.ONEDNN, first));
            }
            return new Times(engineTime, oneDnnTime);
        }

        /** Multiplies with some weights, from one on, and returns the nanoseconds that took. */
        long multiply(Matmul matmul, int first) {
            boolean engine = matmul.equals(Matmul.MKL);
            int rows = engine ? 0 : matmul.rows();
            try (NDManager scope = manager.newSubManager()) {
                NDArray options = scope.create(new int[] {times, rows, first});
                NativeCall call =
                        kernel.call("repeated", scope)
                                .tensor(x)
                                .tensor(engine ? weights : forOneDnn)
                                .tensor(bias)
                                .tensor(options);
                long start = System.nanoTime();
                call.run();
                return System.nanoTime() - start;
            }
        }

        @Override
        public void close() {
            manager.close();
        }
    }
}
