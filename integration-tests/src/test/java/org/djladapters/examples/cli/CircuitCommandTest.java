/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command circuit on an adapter of two blocks with matrices of size 5, orders 1 and 2. */
class CircuitCommandTest {

    private static final String MODULE = "bert.encoder.layer.0.attention.self.query";

    @TempDir private Path folder;

    private static Path adapter() {
        try {
            String name = "/checkpoints/compound-tiny-bert-classifier";
            return Path.of(CircuitCommandTest.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Run circuit(Object... options) {
        List<Object> command = new ArrayList<>(List.of("circuit", "--adapter", adapter()));
        command.addAll(List.of(options));
        return Run.of(command.toArray());
    }

    @ParameterizedTest
    @CsvSource({"qasm3, OPENQASM 3.0;, qubit[5] q;", "qasm2, OPENQASM 2.0;, qreg q[5];"})
    void aRotationIsWrittenAsAProgram(String format, String version, String register) {
        Run run = circuit("--module", MODULE, "--block", 1, "--format", format);

        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith(version).contains(register);
        assertThat(run.out())
                .anyMatch(line -> line.startsWith("// Q of module " + MODULE + ", block 1 of 2"))
                .filteredOn(line -> line.startsWith("rbs("))
                .hasSize(10);
    }

    @Test
    void aVectorIsLoadedTurnedAndMeasured() throws IOException {
        Path vector = folder.resolve("x.txt");
        Files.writeString(vector, "1 2 3, 4\n5\t6;7 8 9 1e1\n");

        Run run = circuit("--module", MODULE, "--inverse", "--vector", vector, "--order", 2);

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("x q[0];", "x q[1];", "c = measure q;")
                .anyMatch(line -> line.contains("|x| = 19.6214"));
        assertThat(run.out()).filteredOn(line -> line.startsWith("c1rbs(")).hasSize(9);
    }

    @Test
    void aRotationIsDrawn() throws Exception {
        Path svg = folder.resolve("q.svg");

        assertThat(circuit("--module", MODULE, "--format", "svg", "--output", svg).status())
                .isZero();

        assertThat(
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(svg.toFile())
                                .getElementsByTagName("rect")
                                .getLength())
                .isEqualTo(11);
        List<String> text =
                circuit("--module", MODULE, "--format", "text", "--layout", "brick").out();
        assertThat(text).hasSize(9).allMatch(line -> line.length() == text.get(0).length());
    }

    @Test
    void aCircuitIsLaidAlongALineOfTheMachine() throws IOException {
        Path ring = folder.resolve("ring.txt");
        Files.writeString(ring, "0 1\n1 2\n2 3\n3 4\n4 5\n5 0\n");

        assertThat(circuit("--module", MODULE, "--coupling", ring).out())
                .contains("qubit[5] q;")
                .anyMatch(line -> line.matches("rbs\\(.*\\) q\\[3\\], q\\[4\\];"));

        Files.writeString(ring, "0 1\n0 2\n0 3\n0 4\n");
        assertRefused(circuit("--module", MODULE, "--coupling", ring), "no line of 5 qubits");
        Files.writeString(ring, "0 1\n1");
        assertRefused(circuit("--module", MODULE, "--coupling", ring), "ring.txt", "pairs");
    }

    @Test
    void resourcesAreCounted() {
        Run run = circuit("--resources", "--layout", "brick", "--error", 0.1);

        // 10 gates of two cz in 5 layers; 4 / (4 * 0.01) shots for 5 numbers
        assertThat(run.out())
                .anyMatch(line -> line.matches(MODULE + " +2 +5 +20 +10 +1 +100"))
                .last()
                .asString()
                .startsWith("8 circuits");
    }

    @Test
    void errorsOfAMachineAreMeasuredAndDrawn() throws IOException {
        Path adapter = folder.resolve("adapter");
        List<Object> finetune = new ArrayList<>(Samples.finetune("tiny-bert", folder, adapter, 1));
        finetune.addAll(List.of("--orders", "1,2", "--block-size", 16, "--targets", "query"));
        assertThat(Run.of(finetune.toArray()).status()).isZero();
        Path picture = folder.resolve("noise.png");

        Run run =
                Run.of(
                        "circuit",
                        "--adapter",
                        adapter,
                        "--noise",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--data",
                        folder.resolve("dev.tsv"),
                        "--draws",
                        2,
                        "--output",
                        picture);

        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .hasSize(12)
                .anyMatch(line -> line.startsWith("errors of readout, probability 0.01: "));
        assertThat(picture).isNotEmptyFile();
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws IOException {
        Path vector = Files.writeString(folder.resolve("x.txt"), "1 2 three");

        assertRefused(circuit("--module", "nope"), "no rotations for the module 'nope'", MODULE);
        assertRefused(circuit("--module", MODULE, "--block", 2), "block 2", "2 blocks");
        assertRefused(circuit("--module", MODULE, "--vector", vector), "x.txt", "'three'");
        Files.writeString(vector, "1 2 3");
        assertRefused(
                circuit("--module", MODULE, "--vector", vector), "must have 5 entries", "has 3");
        assertRefused(Run.of("circuit", "--adapter", folder, "--resources"), "adapter_config.json");
        assertThat(circuit("--noise").err()).singleElement().asString().contains("--data");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(vector);
        }
    }

    private static void assertRefused(Run run, String... mentioned) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(mentioned);
    }
}
