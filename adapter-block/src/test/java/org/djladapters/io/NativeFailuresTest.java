/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Why a native library can't be loaded, by what Linux says of file systems and limits. */
class NativeFailuresTest {

    private static final String LIBRARY = "/home/me/.djl.ai/pytorch/libtorch_cpu.so";

    private static final String MESSAGE =
            LIBRARY + ": " + LIBRARY + ": failed to map segment from shared object";

    private static final String MOUNTS =
            """
            /dev/vda / ext4 rw,relatime 0 0
            tmpfs /home/me tmpfs rw,nosuid,noexec 0 0
            tmpfs /home/me/.djl.ai/onnx tmpfs rw 0 0
            """;

    private static final String LIMITED =
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max stack size            8388608              unlimited            bytes
            Max address space         3221225472           3221225472           bytes
            """;

    @Test
    void aFileSystemWithoutProgramsIsNamedAsTheReason() {
        assertThat(NativeFailures.explain(MESSAGE, MOUNTS, LIMITED).orElseThrow())
                .startsWith("The native library '" + LIBRARY + "' can't be loaded")
                .contains("'noexec'", "DJL_CACHE_DIR");
    }

    @Test
    void theLastFileSystemAtAPlaceCounts() {
        String again = MOUNTS + "tmpfs /home/me tmpfs rw,exec 0 0\n";

        assertThat(NativeFailures.explain(MESSAGE, again, "")).isEmpty();
    }

    @Test
    void aLimitOfTheAddressSpaceIsNamedAsTheReason() {
        String mounts = MOUNTS + "tmpfs /home/me/.djl.ai tmpfs rw 0 0\n";

        assertThat(NativeFailures.explain(MESSAGE, mounts, LIMITED).orElseThrow())
                .contains("limited to 3072 MiB", "ulimit -v");
        assertThat(NativeFailures.explain(MESSAGE, mounts, LIMITED.replace("3221225472", "none")))
                .isEmpty();
    }

    @Test
    void otherFailuresAreNotExplained() {
        String other = LIBRARY + ": undefined symbol: f";

        assertThat(NativeFailures.explain(other, MOUNTS, LIMITED)).isEmpty();
        assertThat(NativeFailures.explain(new IllegalStateException(MESSAGE))).isEmpty();
        assertThat(NativeFailures.explain(new UnsatisfiedLinkError())).isEmpty();
    }
}
