/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSetupTest {

    private static final String LINE =
            """
            {"suite":"s","key":{"task":"t","method":"m","seed":1},\
            "setup":{"base":{"name":"b","sha256":"0"},"data":{},"held_back":0.25,"options":[],\
            "rates":[1]},"family":"f","metric":"accuracy","metrics":{"accuracy":0.5}}
            """;

    @TempDir private Path folder;

    @Test
    void theShareThatIsHeldOutIsNamedAsInTheSweepFile() throws IOException {
        Path earlier = Files.writeString(folder.resolve("earlier.jsonl"), LINE);
        Path later = folder.resolve("later.jsonl");

        RunResult result = RunResult.lines(earlier).read().get(0);
        RunResult.lines(later).append(List.of(result));

        assertThat(result.setup().heldOut()).isEqualTo(0.25);
        assertThat(Files.readString(later)).contains("\"held_back\":0.25");
        assertThat(RunResult.lines(later).read()).containsExactly(result);
    }

    @Test
    void linesOfEarlierVersionsAreRefused() throws IOException {
        String old = LINE.replace("\"rates\"", "\"learning_rates\"");
        Path file = Files.writeString(folder.resolve("runs.jsonl"), old);
        assertThatIOException()
                .isThrownBy(() -> RunResult.lines(file).read())
                .withMessageContaining("line 1 is not a result of a sweep");
    }
}
