/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls functions of the C library of this process through JNA, which DJL brings. JNA needs a
 * folder that it can write its own native library to; where there is none, nothing is called.
 */
public final class CLibrary {

    private static final Logger LOGGER = LoggerFactory.getLogger(CLibrary.class);

    /** Names the folder for JNA's native library. */
    private static final String JNA_FOLDER = "jna.tmpdir";

    /** Tells JNA to use only a library that the system has. */
    private static final String NO_UNPACKING = "jna.nounpack";

    private static final boolean PRESENT = load();

    private CLibrary() {}

    /**
     * Calls a function with integers and texts; returns nothing if this process has no such
     * function, or JNA can't be loaded.
     */
    public static OptionalInt call(String name, Object... arguments) {
        if (!PRESENT) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(
                    NativeLibrary.getProcess().getFunction(name).invokeInt(arguments));
        } catch (LinkageError e) {
            return OptionalInt.empty(); // another C library
        }
    }

    private static boolean load() {
        chooseFolder();
        try {
            // DJL looks for CUDA through JNA and goes on where JNA can't be loaded, but Java tells
            // only the first who tries with the error that DJL expects
            MethodHandles.lookup().ensureInitialized(CudaUtils.class);
            NativeLibrary.getProcess();
            return true;
        } catch (LinkageError e) {
            LOGGER.debug("JNA can't be loaded, so the C library's settings stay as they are", e);
            return false;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // the class is public
        }
    }

    /** Names another folder where the system's can't be written, or lets JNA write none. */
    private static void chooseFolder() {
        if (TemporaryFolder.isSystemsUsable() || System.getProperty(JNA_FOLDER) != null) {
            return;
        }
        try {
            System.setProperty(JNA_FOLDER, TemporaryFolder.place().toString());
        } catch (IOException e) {
            System.setProperty(NO_UNPACKING, "true"); // which JNA would report with a stack trace
        }
    }
}
