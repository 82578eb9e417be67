/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Platform;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import org.djladapters.io.CLibrary;
import org.djladapters.io.NativeFailures;

/**
 * The engine. Everything native of this library begins here, so that the engine is started with the
 * same settings whatever comes first, and a failure to start it says what to do.
 */
public final class PyTorch {

    private static final String NAME = "PyTorch";

    private static final String WAIT_POLICY = "OMP_WAIT_POLICY";

    private static final String TURNS = "GOMP_SPINCOUNT";

    /** About a tenth of a millisecond, longer than what lies between two operations of a model. */
    private static final int WAITING_TURNS = 3000;

    /** Variables that say how threads wait, of OpenMP, GNU's library for it, and Intel's. */
    private static final List<String> WAITING = List.of(WAIT_POLICY, TURNS, "KMP_BLOCKTIME");

    /**
     * Variables with the number of products that oneDNN, and PyTorch above it, keep prepared. Each
     * number of rows and tokens needs some of its own.
     */
    private static final List<String> PREPARED_PRODUCTS =
            List.of("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY");

    /** Enough for the steps of several lengths; by default, 1024 take up to 500 MiB. */
    private static final int MOST_PREPARED = 64;

    private static boolean prepared;

    private PyTorch() {}

    /**
     * Returns the engine; the first call starts it.
     *
     * @throws EngineException if it can't be started; the message says why, and what to do if its
     *     native library is missing or can't be loaded
     */
    public static Engine engine() {
        prepare();
        try {
            return Engine.getEngine(NAME);
        } catch (EngineException e) {
            throw explained(e);
        }
    }

    /** Makes an owner of arrays on the default device, which the caller closes. */
    public static NDManager newManager() {
        return engine().newBaseManager();
    }

    /** Makes an empty model, which the caller closes. */
    public static Model newModel(String name, Device device) {
        return engine().newModel(name, device);
    }

    /**
     * Chooses settings that the engine reads when it is loaded; later calls have no effect.
     *
     * <p>It has the engine's threads wait for one another in a circle for a short time and then
     * sleep, unless the environment of this process says how they wait. By default they sleep after
     * some milliseconds, which takes the processor from the thread that is waited for on a busy
     * machine; to sleep at once makes short operations twice as long on an idle one. Where this
     * process has more such threads than processors, they sleep at once ({@code PASSIVE}).
     *
     * <p>It bounds the memory for products that oneDNN has prepared, unless the environment does:
     * predictions of texts of all lengths prepare new ones for a long time.
     */
    public static synchronized void prepare() {
        if (!prepared) {
            prepared = true;
            if (WAITING.stream().noneMatch(System.getenv()::containsKey)) {
                CLibrary.call("setenv", WAIT_POLICY, "PASSIVE", 0);
                CLibrary.call("setenv", TURNS, Integer.toString(WAITING_TURNS), 0);
            }
            for (String variable : PREPARED_PRODUCTS) {
                CLibrary.call("setenv", variable, Integer.toString(MOST_PREPARED), 0);
            }
        }
    }

    /** DJL says little if a library can't be loaded, or is not there and can't be downloaded. */
    private static EngineException explained(EngineException failure) {
        Optional<String> reason = NativeFailures.explain(failure);
        if (reason.isPresent()) {
            return new EngineException(reason.get(), failure);
        }
        if (!(failure.getCause() instanceof IOException cause)
                || cause instanceof FileSystemException) {
            return failure;
        }
        Platform platform = Platform.detectPlatform("pytorch");
        String version = platform.getVersion().replaceFirst("-.*", ""); // without its date
        return new EngineException(
                ("DJL has no native library of PyTorch: it is not on the class path, and can't be"
                                + " downloaded (%s); add ai.djl.pytorch:pytorch-native-cpu:%s with"
                                + " the classifier %s and ai.djl.pytorch:pytorch-jni:%s-%s to the"
                                + " dependencies")
                        .formatted(
                                cause,
                                version,
                                platform.getClassifier(),
                                version,
                                platform.getApiVersion()),
                failure);
    }
}
