/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.djladapters.checkpoint.StoredRotations;
import org.djladapters.circuit.Circuit;
import org.djladapters.circuit.CircuitCost;
import org.djladapters.circuit.CircuitDrawing;
import org.djladapters.circuit.Coupling;
import org.djladapters.circuit.GivensNetwork;
import org.djladapters.circuit.NetworkLayout;
import org.djladapters.circuit.OpenQasm;
import org.djladapters.data.LabelledData;
import org.djladapters.examples.noise.NoiseStudy;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.CompoundLayout;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the rotations of a compound adapter as quantum circuits. */
@Command(
        name = "circuit",
        header = {
            "Writes a rotation of a compound adapter as a quantum circuit.",
            "",
            "  adapters circuit --adapter tuned --resources",
            "  adapters circuit --adapter tuned --format svg --output q.svg \\",
            "      --module model.encoder.layer.0.attention.self.query",
            ""
        },
        description = {
            "The circuit has gates on neighbouring qubits. On the states with k"
                    + " ones it is the compound matrix C_k(Q).",
            "With --resources the command prints what the circuits of all"
                    + " modules need of a quantum computer."
        })
@OptionGroup.In(OptionGroup.CIRCUIT)
final class CircuitCommand extends ProgramCommand {

    /** A format of circuits. */
    enum Format {
        QASM3,
        QASM2,
        SVG,
        TEXT
    }

    @Mixin private final AdapterOption source = AdapterOption.required("Compound adapter");

    private Path adapter;

    @Mixin private FileAccessOption access;

    @ArgGroup(multiplicity = "1")
    private Subject subject;

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            description =
                    "Arrangement of the gates: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private NetworkLayout layout = NetworkLayout.PYRAMID;

    @Option(
            names = "--error",
            paramLabel = "E",
            description =
                    "With --resources: the error of a rotated vector, relative to its"
                            + " length, for which shots are counted. Default: ${DEFAULT-VALUE}.")
    private double error = 0.01;

    @Option(
            names = "--block",
            paramLabel = "J",
            description = "The block, counted from 0. Default: ${DEFAULT-VALUE}.")
    private int block;

    @Option(
            names = "--link",
            paramLabel = "I",
            description = "The rotation of a chain, counted from 0. Default: ${DEFAULT-VALUE}.")
    private int link;

    @Option(
            names = "--inverse",
            description =
                    "Write the circuit of Q transposed, which rotates a layer's outputs"
                            + " as the adapter does.")
    private boolean inverse;

    @Option(
            names = "--vector",
            paramLabel = "FILE",
            description =
                    "Text file with the binomial(n, k) numbers of a vector; the circuit"
                            + " loads the vector, rotates it and measures.")
    private Path vector;

    @Option(
            names = "--order",
            paramLabel = "K",
            description = "The order k of the vector. Default: 1.")
    private Integer order;

    @Option(
            names = "--coupling",
            paramLabel = "FILE",
            description =
                    "Text file with the pairs of qubits that the machine couples, as"
                            + " numbers from 0; the circuit is placed along a line of them.")
    private Path coupling;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--format",
            paramLabel = "NAME",
            description =
                    "Format of the circuit: ${COMPLETION-CANDIDATES}. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Format format = Format.QASM3;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "File to write, with --noise a PNG picture. Default: standard output.")
    private Path output;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "With --noise: model, as for other commands.")
    private String model;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "With --noise: data on which the adapter is evaluated, as for evaluate.")
    private Path data;

    @Option(
            names = "--draws",
            paramLabel = "N",
            description =
                    "With --noise: random error patterns for every probability."
                            + " Default: ${DEFAULT-VALUE}.")
    private int draws = 3;

    /** One circuit, a table of all circuits, or the effect of errors. */
    @OptionGroup.In(OptionGroup.CIRCUIT)
    private static final class Subject {

        @Option(
                names = "--module",
                required = true,
                paramLabel = "PATH",
                description =
                        "Write the rotation of this module. One of --module, --resources"
                                + " and --noise is required.")
        private String module;

        @Option(
                names = "--resources",
                required = true,
                description =
                        "Print qubits, gates, depth and shots of the circuits of all modules.")
        private boolean resources;

        @Option(
                names = "--noise",
                required = true,
                description =
                        "Evaluate the adapter with simulated errors of a quantum computer and plot"
                                + " the metric over their probability. Needs --model, --data and"
                                + " --output.")
        private boolean noise;
    }

    @Override
    public Integer call() throws IOException {
        adapter = source.folder().orElseThrow();
        if (subject.noise) {
            measureNoise();
            return 0;
        }
        Map<String, StoredRotations> modules = StoredRotations.read(adapter);
        if (subject.resources) {
            printResources(modules);
        } else {
            writeCircuit(modules);
        }
        return 0;
    }

    private void measureNoise() throws IOException {
        if (model == null || data == null || output == null) {
            throw wrong("--noise needs --model, --data and --output");
        }
        LabelledData examples = LabelledData.readDev(data);
        try (AdaptedModel opened = access.open(Locations.model(model, spec()))) {
            NoiseStudy.Result result =
                    new NoiseStudy(opened, adapter, examples, layout, draws)
                            .run(
                                    level -> {
                                        out().printf(
                                                        "errors of %s, probability %s: %.4f%s%n",
                                                        level.errors(),
                                                        level.probability(),
                                                        level.mean(),
                                                        Double.isNaN(level.deviation())
                                                                ? ""
                                                                : " ± %.4f (standard deviation)"
                                                                        .formatted(
                                                                                level.deviation()));
                                        out().flush();
                                    });
            result.figure().write(output);
            out().printf("%s plotted in %s%n", result.metric(), output);
        }
    }

    private void printResources(Map<String, StoredRotations> modules) {
        Table table = new Table();
        table.add("module", "circuits", "qubits", "two-qubit gates", "depth", "order", "shots");
        long circuits = 0;
        // the layout and the size of Q determine the gates, whatever their angles
        Map<Integer, CircuitCost> costs = new HashMap<>();
        for (Map.Entry<String, StoredRotations> module : modules.entrySet()) {
            StoredRotations rotations = module.getValue();
            int count = rotations.links() * rotations.blocks();
            circuits += count;
            CircuitCost cost =
                    costs.computeIfAbsent(
                            rotations.size(),
                            n -> CircuitCost.of(Circuit.of(network(rotations, 0, 0))));
            for (int order : rotations.orders()) {
                long numbers = CompoundLayout.binomial(rotations.size(), order);
                table.add(
                        module.getKey(),
                        count,
                        cost.qubits(),
                        cost.twoQubitGates(),
                        cost.depth(),
                        order,
                        CircuitCost.shots(numbers, error));
            }
        }
        table.print(out());
        out().printf(
                        "%,d circuits; loading a vector is not counted. Shots are for an error of"
                                + " %s of a vector's length; each of the (qubits - 1) circuits"
                                + " for its signs needs as many again.%n",
                        circuits, error);
    }

    private void writeCircuit(Map<String, StoredRotations> modules) throws IOException {
        StoredRotations rotations = modules.get(subject.module);
        if (rotations == null) {
            throw new IllegalArgumentException(
                    "The adapter in %s has no rotations for the module %s; it has them for %s"
                            .formatted(
                                    adapter,
                                    quote(subject.module),
                                    modules.keySet().stream()
                                            .limit(10)
                                            .collect(Collectors.joining(", "))));
        }
        if (order != null && vector == null) {
            throw wrong(
                    "--order is the order of a vector; give --vector too, or leave out --order");
        }
        GivensNetwork network = network(rotations, link, block);
        network = inverse ? network.inverse() : network;
        Circuit circuit = Circuit.of(network);
        List<String> comments = comments(rotations);
        if (vector != null) {
            double[] numbers = numbers(vector);
            circuit = Circuit.load(numbers, rotations.size(), order()).then(network);
            comments.addAll(measurement(numbers));
        }
        List<Integer> line = line(rotations.size());
        String text =
                switch (format) {
                    case QASM3 -> OpenQasm.V3.write(circuit, line, comments, vector != null);
                    case QASM2 -> OpenQasm.V2.write(circuit, line, comments, vector != null);
                    case SVG -> CircuitDrawing.svg(circuit, comments.get(0));
                    case TEXT -> CircuitDrawing.text(circuit);
                };
        if (output == null) {
            out().print(text);
            out().flush();
        } else {
            AtomicFiles.writeString(output, text);
        }
    }

    /** Returns the machine's qubits for those of the circuit. */
    private List<Integer> line(int qubits) throws IOException {
        if (coupling == null) {
            return IntStream.range(0, qubits).boxed().toList();
        }
        if (vector != null && order() > 1) {
            throw wrong(
                    "A vector of order 2 or more is loaded by controlled gates, which"
                            + " --coupling does not allow; leave out --vector");
        }
        List<Integer> ends = new ArrayList<>();
        for (double number : numbers(coupling)) {
            if (number != Math.rint(number) || number < 0 || number > Integer.MAX_VALUE) {
                throw new MalformedFileException(
                        coupling,
                        "has %s where a qubit is expected; count them from 0"
                                .formatted(PlainNumber.of(number)));
            }
            ends.add((int) number);
        }
        if (ends.size() % 2 == 1) {
            throw new MalformedFileException(
                    coupling, "has an odd number of qubits; give pairs, two numbers a line");
        }
        return new Coupling(
                        IntStream.range(0, ends.size() / 2)
                                .mapToObj(i -> ends.subList(2 * i, 2 * i + 2))
                                .toList())
                .line(qubits);
    }

    private GivensNetwork network(StoredRotations rotations, int link, int block) {
        return GivensNetwork.of(rotations.matrix(link, block), layout);
    }

    private List<String> comments(StoredRotations rotations) {
        String q = inverse ? "Q transposed" : "Q";
        List<String> comments = new ArrayList<>();
        comments.add(
                "%s of module %s, block %d of %d, link %d of %d, orders %s, layout %s"
                        .formatted(
                                q,
                                subject.module,
                                block,
                                rotations.blocks(),
                                link,
                                rotations.links(),
                                rotations.orders(),
                                layout));
        comments.add(
                "On the states with k ones, in lexicographic order of the sets of qubits that are"
                        + " 1,"
                        + " the rbs gates are the compound matrix C_k(%s), for every k."
                                .formatted(q));
        comments.add(
                "The adapter multiplies the outputs of a layer, as a row, by C_k(Q), as Q"
                        + " transposed does with a column.");
        comments.add("All two-qubit gates of rbs act on neighbouring qubits of a line.");
        return comments;
    }

    private int order() {
        return order == null ? 1 : order;
    }

    private List<String> measurement(double[] numbers) {
        double length = Math.sqrt(Arrays.stream(numbers).map(x -> x * x).sum());
        return List.of(
                ("Loads a vector x of %d numbers and |x| = %s into the states with k = %d ones"
                                + " and rotates it into y.")
                        .formatted(numbers.length, length, order()),
                "The share of the shots with ones at exactly the qubits of a set S, among those"
                        + " with k ones, is (y_S / |x|)^2; shots with another number of ones are"
                        + " errors.",
                "Signs: with rbs(pi/4) q[i], q[i+1] before the measurement, the share of S'"
                        + " minus that of S is 2 y_S y_S' / |x|^2, where S has i and S' has i+1"
                        + " instead.");
    }

    private static double[] numbers(Path file) throws IOException {
        DoubleStream.Builder numbers = DoubleStream.builder();
        Scanner words = new Scanner(Files.readString(file)).useDelimiter("[\\s,;]+");
        while (words.hasNext()) {
            String word = words.next();
            try {
                numbers.add(Double.parseDouble(word));
            } catch (NumberFormatException e) {
                throw new MalformedFileException(
                        file,
                        ("has %s where a number is expected; give numbers with spaces, commas or"
                                        + " line breaks between them")
                                .formatted(quote(word)),
                        e);
            }
        }
        return numbers.build().toArray();
    }
}
