/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.onnx.GraphEditor;
import org.djladapters.onnx.Initializer;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.onnx.OnnxNode;

/**
 * Brings an ONNX file to int8: {@code MatMul} and {@code Gemm} of a weight become
 *
 * <pre>
 * x8, s, z = DynamicQuantizeLinear(x)
 * y = Cast(MatMulInteger(x8, w8, z)) * (s * scales)  [+ bias]
 * </pre>
 *
 * with the weight by output channel, and {@code Gather} of an embedding {@code Cast(Gather(rows)) *
 * Gather(scales)}. All else stays as it is.
 */
public final class QuantizedOnnx {

    /** The version of ONNX's operators since which there is DynamicQuantizeLinear. */
    private static final int LEAST_OPERATORS = 11;

    private final Path path;
    private final OnnxFile file;
    private final GraphEditor graph;

    /** How many uses of a value the new nodes do without. */
    private final Map<String, Integer> spared = new HashMap<>();

    private final Map<String, OnnxNode> transposes = new HashMap<>();

    /** The names of quantized activations, with their scale and zero. */
    private final Map<String, List<String>> activations = new HashMap<>();

    /** The names of quantized weights, with their scales; a shared one is written once. */
    private final Map<String, List<String>> weights = new HashMap<>();

    private int layers;

    private QuantizedOnnx(Path path) throws IOException {
        this.path = path;
        // not mapped, since Windows replaces no file that is
        file = OnnxFile.of(path, ByteBuffer.wrap(Files.readAllBytes(path)));
        graph = GraphEditor.of(file);
    }

    /**
     * Replaces a file by one in int8.
     *
     * @throws MalformedFileException if no linear layer in it can be brought to int8
     */
    public static void quantize(Path path) throws IOException {
        new QuantizedOnnx(path).quantize();
    }

    private void quantize() throws IOException {
        if (graph.operators() < LEAST_OPERATORS) {
            throw new MalformedFileException(
                    path,
                    "has the operators of ONNX's opset %d, which has none for int8; export it with opset %d or newer"
                            .formatted(graph.operators(), LEAST_OPERATORS));
        }
        for (OnnxNode node : graph.nodes()) {
            read(node);
        }
        if (layers == 0) {
            throw new MalformedFileException(
                    path,
                    "has no linear layer whose weight is a float32 initializer, so int8 would"
                            + " change nothing that counts; leave --quantize out");
        }
        removeSpared();
        AtomicFiles.writeFile(path, graph::writeTo);
    }

    private void read(OnnxNode node) {
        if (node.outputs().isEmpty() || node.inputs().isEmpty()) {
            return; // none of a model's
        }
        if (node.operator().equals("Transpose")) {
            transposes.put(node.outputs().get(0), node);
        } else if (node.inputs().size() > 1) {
            switch (node.operator()) {
                case "MatMul" -> replaceMatMul(node);
                case "Gemm" -> replaceGemm(node);
                case "Gather" -> replaceGather(node);
                default -> {}
            }
        }
    }

    private void removeSpared() {
        for (OnnxNode node : transposes.values()) {
            if (isSpared(node.outputs().get(0))) {
                graph.replace(node, List.of());
                spare(node.inputs().get(0));
            }
        }
        for (String name : spared.keySet()) {
            if (isSpared(name)) {
                graph.initializer(name).ifPresent(graph::remove);
            }
        }
    }

    private void spare(String value) {
        spared.merge(value, 1, Integer::sum);
    }

    private boolean isSpared(String value) {
        return spared.getOrDefault(value, 0) >= Math.max(1, graph.uses(value));
    }

    private void replaceMatMul(OnnxNode node) {
        String weight = node.inputs().get(1);
        Optional<Initializer> matrix = matrix(weight);
        OnnxNode transpose = transposes.get(weight);
        boolean turned = false;
        if (matrix.isEmpty() && transpose != null && isSwap(transpose)) {
            matrix = matrix(transpose.inputs().get(0));
            turned = true;
        }
        if (matrix.isPresent() && graph.initializer(node.inputs().get(0)).isEmpty()) {
            spare(weight);
            replaceProduct(node, matrix.get(), turned, "");
        }
    }

    /** Tells whether a node swaps both axes of a matrix. */
    private static boolean isSwap(OnnxNode transpose) {
        return List.of(1L, 0L).equals(transpose.attribute("perm", List.of(1L, 0L)));
    }

    private void replaceGemm(OnnxNode node) {
        boolean plain =
                node.attribute("transA", 0L).equals(0L)
                        && node.attribute("alpha", 1f).equals(1f)
                        && node.attribute("beta", 1f).equals(1f);
        Optional<Initializer> matrix = matrix(node.inputs().get(1));
        if (plain && matrix.isPresent()) {
            spare(node.inputs().get(1));
            replaceProduct(
                    node,
                    matrix.get(),
                    !node.attribute("transB", 0L).equals(0L),
                    node.inputs().size() > 2 ? node.inputs().get(2) : "");
        }
    }

    /** Finds a weight that can be brought to int8. */
    private Optional<Initializer> matrix(String name) {
        return graph.initializer(name)
                .filter(
                        i ->
                                i.isPlain()
                                        && i.dataType().get() == DataType.FLOAT32
                                        && i.shape().size() == 2
                                        && i.length() > 0);
    }

    /** Replaces a product by a weight (in, out), or (out, in) where it is turned. */
    private void replaceProduct(OnnxNode node, Initializer weight, boolean turned, String bias) {
        List<OnnxNode> nodes = new ArrayList<>();
        String output = node.outputs().get(0);
        List<String> x =
                activations.computeIfAbsent(
                        node.inputs().get(0),
                        input -> {
                            List<String> parts =
                                    List.of(
                                            graph.newName(input + "_quantized"),
                                            graph.newName(input + "_scale"),
                                            graph.newName(input + "_zero_point"));
                            nodes.add(node("DynamicQuantizeLinear", List.of(input), parts));
                            return parts;
                        });
        List<String> w =
                weights.computeIfAbsent(
                        weight.name() + (turned ? "'" : ""), key -> addLayer(weight, turned));
        String sum = graph.newName(output + "_int32");
        String number = graph.newName(output + "_float");
        String scale = graph.newName(output + "_scale");
        String product = bias.isEmpty() ? output : graph.newName(output + "_product");
        nodes.add(node("MatMulInteger", List.of(x.get(0), w.get(0), x.get(2)), List.of(sum)));
        nodes.add(cast(sum, number));
        nodes.add(node("Mul", List.of(x.get(1), w.get(1)), List.of(scale)));
        nodes.add(node("Mul", List.of(number, scale), List.of(product)));
        if (!bias.isEmpty()) {
            nodes.add(node("Add", List.of(product, bias), List.of(output)));
        }
        graph.replace(node, nodes);
        layers++;
    }

    private List<String> addLayer(Initializer weight, boolean turned) {
        int first = Math.toIntExact(weight.shape().get(0));
        int second = Math.toIntExact(weight.shape().get(1));
        FloatBuffer data = file.data(weight).asFloatBuffer();
        Int8Matrix matrix =
                turned
                        ? Int8Matrix.ofRows(data, first, second, Int8Matrix.LAYER)
                        : Int8Matrix.ofColumns(data, second, first, Int8Matrix.LAYER);
        String values = graph.newName(weight.name() + "_quantized");
        String scales = graph.newName(weight.name() + "_scale");
        graph.add(
                values, List.of((long) matrix.columns(), (long) matrix.rows()), matrix.byColumns());
        graph.add(scales, List.of((long) matrix.rows()), matrix.scales());
        return List.of(values, scales);
    }

    private void replaceGather(OnnxNode node) {
        Optional<Initializer> table = matrix(node.inputs().get(0));
        if (table.isEmpty() || !node.attribute("axis", 0L).equals(0L)) {
            return;
        }
        spare(node.inputs().get(0));
        List<String> parts =
                weights.computeIfAbsent(
                        table.get().name() + "[]", key -> addEmbedding(table.get()));
        String ids = node.inputs().get(1);
        String output = node.outputs().get(0);
        String rows = graph.newName(output + "_rows");
        String numbers = graph.newName(output + "_float");
        String scales = graph.newName(output + "_scale");
        graph.replace(
                node,
                List.of(
                        node("Gather", List.of(parts.get(0), ids), List.of(rows)),
                        cast(rows, numbers),
                        node("Gather", List.of(parts.get(1), ids), List.of(scales)),
                        node("Mul", List.of(numbers, scales), List.of(output))));
    }

    private List<String> addEmbedding(Initializer table) {
        Int8Matrix matrix =
                Int8Matrix.ofRows(
                        file.data(table).asFloatBuffer(),
                        Math.toIntExact(table.shape().get(0)),
                        Math.toIntExact(table.shape().get(1)),
                        Int8Matrix.EMBEDDING);
        String values = graph.newName(table.name() + "_quantized");
        String scales = graph.newName(table.name() + "_scale");
        graph.add(values, table.shape(), matrix.values());
        graph.add(scales, List.of((long) matrix.rows(), 1L), matrix.scales());
        return List.of(values, scales);
    }

    private static OnnxNode cast(String from, String to) {
        return new OnnxNode(
                "Cast", to, List.of(from), List.of(to), Map.of("to", (long) Initializer.FLOAT));
    }

    private static OnnxNode node(String operator, List<String> inputs, List<String> outputs) {
        return new OnnxNode(operator, outputs.get(0), inputs, outputs, Map.of());
    }
}
