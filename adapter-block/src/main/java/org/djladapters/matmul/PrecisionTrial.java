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
import java.util.Locale;
import java.util.Map;
import org.djladapters.io.Internal;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.kernel.PyTorch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out how much faster a model computes in bfloat16 than in float32 on this processor. */
@Internal
public final class PrecisionTrial {

    /** bfloat16, which rounds more, is worth it from so many times the speed on. */
    private static final double WORTH = 1.3;

    /** The shape of a small encoder, with a batch of 512 tokens. */
    private static final int WIDTH = 384;

    private static final int INNER_WIDTH = 4 * WIDTH;
    private static final int HEADS = 12;
    private static final Shape INPUT = new Shape(8, 64, WIDTH);

    /** The number of turns of both types, of which the best counts as in {@link MatmulTrial}. */
    private static final int TURNS = 7;

    /** A processor without such products takes several times as long; that is soon certain. */
    private static final int FEW_TURNS = 2;

    private static final int HOPELESS = 3;

    /** How the engine numbers the types. */
    private static final Map<Precision, Integer> TYPES =
            Map.of(Precision.FLOAT32, 6, Precision.BFLOAT16, 15);

    private static final Logger LOGGER = LoggerFactory.getLogger(PrecisionTrial.class);

    private static Double speedup;

    private PrecisionTrial() {}

    /** Returns how many times as fast as in float32 it is in bfloat16 here, measured once. */
    public static synchronized double speedup() {
        if (speedup == null) {
            speedup = measured();
            LOGGER.info("Models compute in {}", describe(speedup));
        }
        return speedup;
    }

    /** Chooses the precision for a speed of bfloat16 as a multiple of that of float32. */
    public static Precision choose(double speedup) {
        return speedup >= WORTH ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    /** Describes the choice, with its reason. */
    public static String describe(double speedup) {
        if (speedup == 0) {
            return "float32 (this processor does not multiply bfloat16)";
        }
        return String.format(
                Locale.ROOT,
                choose(speedup) == Precision.BFLOAT16
                        ? "bfloat16 (%.1f times as fast as float32 here)"
                        : "float32 (bfloat16 is %.1f times as fast here)",
                speedup);
    }

    private static double measured() {
        Matmul matmul = Matmul.fastest();
        try (NativeKernel kernel =
                        NativeKernel.compile(
                                "Precision",
                                NativeKernel.source(PrecisionTrial.class, "precision.py"),
                                Map.of(ProductProgram.ENTRY, ProductProgram.source()));
                NDManager manager = PyTorch.engine().newBaseManager(Device.cpu())) {
            Layer float32 = new Layer(kernel, manager, Precision.FLOAT32, matmul);
            Layer bfloat16 = new Layer(kernel, manager, Precision.BFLOAT16, Matmul.MKL);
            float32.run();
            try {
                bfloat16.run();
            } catch (EngineException e) {
                return 0; // the engine can't multiply bfloat16 on this processor
            }
            return compare(float32, bfloat16);
        }
    }

    /** Has both types take turns, so that whatever else the processor does meets both. */
    private static double compare(Layer float32, Layer bfloat16) {
        long wide = Long.MAX_VALUE;
        long narrow = Long.MAX_VALUE;
        for (int turn = 0; turn < TURNS; turn++) {
            wide = Math.min(wide, float32.run());
            narrow = Math.min(narrow, bfloat16.run());
            if (turn + 1 == FEW_TURNS && narrow > HOPELESS * wide) {
                break;
            }
        }
        return (double) wide / narrow;
    }

    /** A layer in one type, and inputs for it. */
    private static final class Layer {

        private final NativeKernel kernel;
        private final NDManager manager;
        private final NDArray[] arrays;

        Layer(NativeKernel kernel, NDManager manager, Precision precision, Matmul matmul) {
            this.kernel = kernel;
            this.manager = manager;
            boolean columns = !matmul.equals(Matmul.MKL);
            arrays =
                    new NDArray[] {
                        prepared(INPUT, precision, false),
                        prepared(new Shape(4, WIDTH, WIDTH), precision, columns),
                        prepared(new Shape(INNER_WIDTH, WIDTH), precision, columns),
                        prepared(new Shape(WIDTH, INNER_WIDTH), precision, columns),
                        manager.create(new int[] {columns ? matmul.rows() : 0, HEADS})
                    };
        }

        /** Makes an array of numbers so small that sums of products stay small. */
        private NDArray prepared(Shape shape, Precision precision, boolean columns) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray values = scope.full(shape, 1f / WIDTH);
                NDArray array =
                        kernel.call("prepared", scope)
                                .tensor(values)
                                .tensor(scope.create(TYPES.get(precision)))
                                .tensor(scope.zeros(new Shape(columns ? 1 : 0)))
                                .run()
                                .singletonOrThrow();
                array.attach(manager);
                return array;
            }
        }

        /** Runs the layer and returns the nanoseconds that took. */
        long run() {
            try (NDManager scope = manager.newSubManager()) {
                NativeCall call = kernel.call("layer", scope);
                for (NDArray array : arrays) {
                    call.tensor(array);
                }
                long start = System.nanoTime();
                call.run();
                return System.nanoTime() - start;
            }
        }
    }
}
