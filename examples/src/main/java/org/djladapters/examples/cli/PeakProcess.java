/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Measures the memory of training steps of one kind in a separate process. */
final class PeakProcess {

    /** The option of {@code bench} that marks such a process. */
    static final String OPTION = "--peak-of";

    /** The option of {@code bench} for the parameter down to which steps of DJL alone go. */
    static final String FIRST = "--peak-down-to";

    private static final String BYTES = "peak_rss_bytes";

    private final List<String> arguments;

    /** Describes a process that runs {@code bench} with the same arguments. */
    PeakProcess(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /** The steps that the process takes. */
    enum Steps {
        STOCK("steps of the frozen model in DJL alone"),
        FROZEN("steps of the frozen base model"),
        ADAPTER("training steps");

        private final String words;

        Steps(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Returns the line that the process prints at its end. */
    static ResultLine line(OptionalLong bytes) {
        return new ResultLine().number(BYTES, bytes.isPresent() ? bytes.getAsLong() : Double.NaN);
    }

    /**
     * Runs the process with the Java, class path, options and environment of this one.
     *
     * @param first the parameter down to which steps of the frozen base model go
     * @param err gets a note if the process fails
     * @return the largest resident size in bytes, if the system reports it
     */
    OptionalLong measure(Steps steps, String first, PrintWriter err) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Adapters.class.getName());
        command.addAll(arguments);
        command.add(OPTION + "=" + steps);
        command.add(FIRST + "=" + first);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread hook = new Thread(process::destroy, "peak-process");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            String last = lastLine(process);
            int status = process.waitFor();
            if (status == 0) {
                return bytes(last);
            }
            err.printf(
                    "The memory of %s could not be measured: %s (exit status %d)%n",
                    steps.words(), last, status);
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while memory was measured", e);
        } finally {
            process.destroy();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private static String lastLine(Process process) throws IOException {
        try (BufferedReader reader = process.inputReader()) {
            return reader.lines().reduce("no reason given", (before, line) -> line);
        }
    }

    private static OptionalLong bytes(String line) {
        JsonElement bytes = JsonParser.parseString(line).getAsJsonObject().get(BYTES);
        return bytes.isJsonNull() ? OptionalLong.empty() : OptionalLong.of(bytes.getAsLong());
    }
}
