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
 * What a process uses now: Java's heap after garbage was collected, and what glibc's allocator has
 * given to native code and has not got back. Free memory that either of them keeps is no part of
 * it, so a difference tells what was made in between.
 */
final class UsedMemory {

    private UsedMemory() {}

    /** What {@code mallinfo2} of glibc returns, in its order. */
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

    /** Returns the number of bytes; nothing if the C library does not tell. */
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
        // given out from arenas, and mapped by themselves
        long nativeBytes = info.uordblks + info.hblkhd;
        return OptionalLong.of(java.totalMemory() - java.freeMemory() + nativeBytes);
    }
}
