/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads of the engine wait a short time before they sleep, unless somebody chose: in processes of
 * their own.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "GNU's OpenMP is asked what it has read")
class WaitingThreadsTest {

    /** How often a thread looks before it sleeps, as OpenMP says when it is loaded. */
    private static final Pattern TURNS = Pattern.compile("\\s*GOMP_SPINCOUNT = '([0-9]+)'");

    /** Has OpenMP say what it has read. */
    private static final Map<String, String> SHOWN = Map.of("OMP_DISPLAY_ENV", "VERBOSE");

    @TempDir Path folder;

    @Test
    void theProgramsThreadsSleepSoon() throws Exception {
        assertThat(turns(program(Map.of()))).isEqualTo(3000);
    }

    @ParameterizedTest
    @CsvSource({"GOMP_SPINCOUNT, 77, 77", "OMP_WAIT_POLICY, ACTIVE, 30000000000"})
    void whatTheUserChoseIsKept(String name, String value, long turns) throws Exception {
        assertThat(turns(program(Map.of(name, value)))).isEqualTo(turns);
    }

    /** GNU's OpenMP does not read Intel's variable: what is shown then is its own default. */
    @Test
    void aChoiceForIntelsOpenMpIsOneToo() throws Exception {
        assertThat(turns(program(Map.of("KMP_BLOCKTIME", "1")))).isPositive();
    }

    @Test
    void threadsOfTheLibraryAloneSleepSoon() throws Exception {
        Run run =
                JavaProcess.in(folder)
                        .without(Path.of("examples", "target").toString())
                        .environment(SHOWN)
                        .source("/processes/OpenModel.java", Samples.model("tiny-bert"));
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(turns(run)).isEqualTo(3000);
    }

    private Run program(Map<String, String> chosen) throws Exception {
        Run run =
                JavaProcess.in(folder)
                        .environment(SHOWN)
                        .environment(chosen)
                        .program(
                                "predict", "--model", Samples.model("tiny-bert"), "--text", "good");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return run;
    }

    private static long turns(Run run) {
        return run.err().stream()
                .map(TURNS::matcher)
                .filter(Matcher::matches)
                .map(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElseThrow();
    }
}
