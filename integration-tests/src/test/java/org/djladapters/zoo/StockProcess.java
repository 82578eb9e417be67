/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A process that has DJL's own jars, what they need, and nothing else. */
final class StockProcess {

    /** DJL, its engine for PyTorch and its tokenizers, and the libraries that they depend on. */
    private static final Pattern DJL =
            Pattern.compile(
                    "(api|basicdataset|tokenizers|pytorch-(engine|jni|native-.*)|gson|jna"
                            + "|commons-(compress|codec|io|lang3)|slf4j-.*|error_prone_annotations)"
                            + "-[0-9].*\\.jar");

    private StockProcess() {}

    /**
     * Predicts.
     *
     * @param folder where the process writes what it prints
     * @param predictions arguments of {@code StockPredictions}, three for each
     * @return a line for each prediction
     */
    static List<String> run(Path folder, List<List<String>> predictions) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        command.add("-cp");
        command.add(classPath());
        Path program =
                Path.of(StockProcess.class.getResource("/stock/StockPredictions.java").toURI());
        command.add(program.toString()); // compiled by the new process itself
        predictions.forEach(command::addAll);
        Path errors = folder.resolve("errors.txt");
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    private static String classPath() {
        String whole =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars =
                Arrays.stream(whole.split(File.pathSeparator))
                        .filter(entry -> DJL.matcher(new File(entry).getName()).matches())
                        .toList();
        assertThat(jars).anyMatch(jar -> jar.contains("pytorch-engine"));
        return jars.stream().collect(Collectors.joining(File.pathSeparator));
    }
}
