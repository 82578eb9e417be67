/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Java process that begins as a user's does: without test classes on its class path, and with an
 * environment that chooses nothing of the engine's threads but their number.
 */
final class JavaProcess {

    private static final String JAR = "adapters.jar";

    private static final List<String> WAITING =
            List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME");

    private final Path folder;
    private final List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
    private final ProcessBuilder builder = new ProcessBuilder();
    private final List<String> missing = new ArrayList<>(List.of("test-classes"));

    private JavaProcess(Path folder) {
        this.folder = folder;
        builder.environment().keySet().removeAll(WAITING);
    }

    /** Begins to describe a process whose output goes to files of a folder. */
    static JavaProcess in(Path folder) {
        return new JavaProcess(folder);
    }

    /** Leaves out those files and folders of the class path whose paths hold this. */
    JavaProcess without(String name) {
        missing.add(name);
        return this;
    }

    JavaProcess environment(Map<String, String> variables) {
        builder.environment().putAll(variables);
        return this;
    }

    JavaProcess option(String option) {
        options.add(option);
        return this;
    }

    /** Runs the program with words of a command. */
    Run program(Object... words) throws Exception {
        return run(Stream.of("-cp", classPath(), Adapters.class.getName()), words);
    }

    /** Runs the built jar, where it is on the class path as in {@code mvn verify}. */
    Optional<Run> jar(Object... words) throws Exception {
        Optional<String> jar = entries().filter(e -> e.endsWith(JAR)).findFirst();
        return jar.isEmpty()
                ? Optional.empty()
                : Optional.of(run(Stream.of("-jar", jar.get()), words));
    }

    /** Runs a source file of the test resources. */
    Run source(String resource, Object... words) throws Exception {
        Path file = Path.of(JavaProcess.class.getResource(resource).toURI());
        return run(Stream.of("-cp", classPath(), file.toString()), words);
    }

    private Run run(Stream<String> what, Object... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(what.toList());
        Arrays.stream(words).map(Object::toString).forEach(command::add);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        Process process =
                builder.command(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), lines(out), lines(err));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /** The built jar names its libraries, none of which could be left out; so its classes stand. */
    private String classPath() {
        return entries()
                .map(entry -> entry.replaceFirst(JAR + "$", "classes"))
                .filter(entry -> missing.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> entries() {
        String whole =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(whole.split(File.pathSeparator));
    }
}
