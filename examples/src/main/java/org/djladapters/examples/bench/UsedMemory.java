/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Structure;
import java.util.OptionalLong;

/**
 * The memory that this process uses: Java's heap after a garbage collection, and the memory that
 * glibc's allocator has given to native code. Free memory that either keeps is not counted, so the
 * difference of two numbers is what was allocated in between.
 */
final class UsedMemory {

    private UsedMemory() {}

    /** The result of {@code mallinfo2} of glibc. */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static final class MallocInfo extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    /** Returns the number of bytes, if the C library reports it. */
    static OptionalLong bytes() {
        if (!Platform.isLinux()) {
            return OptionalLong.empty();
        }
        Function mallinfo2;
        try {
            mallinfo2 = NativeLibrary.getProcess().getFunction("mallinfo2");
        } catch (LinkageError e) {
            return OptionalLong.empty(); // another C library, an old one, or no JNA
        }
        System.gc();
        Runtime java = Runtime.getRuntime();
        MallocInfo info = (MallocInfo) mallinfo2.invoke(MallocInfo.class, new Object[0]);
        // from arenas, and mapped separately
        long nativeBytes = info.uordblks + info.hblkhd;
        return OptionalLong.of(java.totalMemory() - java.freeMemory() + nativeBytes);
    }
}
