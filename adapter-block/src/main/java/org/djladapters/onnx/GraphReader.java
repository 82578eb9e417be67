/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.djladapters.io.MalformedFileException;

/**
 * Reads of a model what tells its weights and believes nothing it says. The numbers are those of
 * the fields in {@code onnx.proto}.
 */
final class GraphReader {

    /** More than any model has; each costs far more memory than the bytes that claim it. */
    private static final int MOST_INITIALIZERS = 200_000;

    private static final int MOST_DIMENSIONS = 64;

    /** A weight that more modules share has no name of theirs. */
    private static final int MOST_MODULES = 16;

    /** Graphs in branches of graphs. */
    private static final int DEEPEST = 32;

    static final int MODEL_GRAPH = 7;

    static final int GRAPH_NODE = 1;
    static final int GRAPH_INITIALIZER = 5;

    static final int NODE_INPUT = 1;
    static final int NODE_NAME = 3;
    static final int NODE_OPERATOR = 4;
    static final int NODE_ATTRIBUTE = 5;

    static final int ATTRIBUTE_GRAPH = 6;
    static final int ATTRIBUTE_GRAPHS = 11;

    static final int TENSOR_SHAPE = 1;
    static final int TENSOR_TYPE = 2;
    private static final int TENSOR_FLOATS = 4;
    static final int TENSOR_NAME = 8;
    static final int TENSOR_BYTES = 9;
    private static final int TENSOR_PLACES = 13;
    private static final int TENSOR_PLACE = 14;

    /** Operators on weights of few bits, those of ONNX and of ONNX Runtime. */
    private static final Pattern QUANTIZED =
            Pattern.compile(
                    "QLinear\\w*|QAttention|QGemm|QEmbed\\w*|QMoE|QOrdered\\w*|\\w*[Qq]uantize\\w*"
                            + "|\\w*Integer(ToFloat)?|MatMul(NBits|Bnb4|FpQ4)");

    private final Path file;
    private final List<Tensor> tensors = new ArrayList<>();
    private final Map<String, List<Tensor>> named = new HashMap<>();
    private boolean hasGraph;

    /** An initializer as far as it is known. */
    private static final class Tensor {
        private String name = "";
        private int type;
        private final List<Long> shape = new ArrayList<>();
        private int start;
        private int length = -1;
        private int uses;
        private final Set<String> modules = new LinkedHashSet<>();

        Initializer initializer() {
            return new Initializer(name, type, shape, start, length, uses, List.copyOf(modules));
        }
    }

    private GraphReader(Path file) {
        this.file = file;
    }

    /**
     * Reads the initializers of a model in their order, those of graphs in branches among them.
     *
     * @throws MalformedFileException if it is no model, or its weights are quantized or in other
     *     files
     */
    static List<Initializer> read(Path file, ByteBuffer bytes) throws MalformedFileException {
        GraphReader reader = new GraphReader(file);
        reader.readModel(Message.of(file, bytes), reader::readInitializers);
        if (!reader.hasGraph) {
            throw reader.malformed("holds no graph; it is not an ONNX file, get the file again");
        }
        // nodes come first in the file, but what they use must be known
        reader.readModel(Message.of(file, bytes), reader::readUses);
        return reader.tensors.stream().map(Tensor::initializer).toList();
    }

    /** Reads a graph that lies in so many others. */
    @FunctionalInterface
    private interface Part {
        void read(Message graph, int depth) throws MalformedFileException;
    }

    private void readModel(Message model, Part part) throws MalformedFileException {
        while (model.next()) {
            if (model.field() == MODEL_GRAPH) {
                hasGraph = true;
                part.read(model.message(), 0);
            }
        }
    }

    private void readInitializers(Message graph, int depth) throws MalformedFileException {
        while (graph.next()) {
            if (graph.field() == GRAPH_INITIALIZER) {
                add(tensor(graph.message()));
            } else if (graph.field() == GRAPH_NODE) {
                Message node = graph.message();
                while (node.next()) {
                    if (node.field() == NODE_ATTRIBUTE) {
                        readBranches(node.message(), depth, this::readInitializers);
                    }
                }
            }
        }
    }

    private void readBranches(Message attribute, int depth, Part part)
            throws MalformedFileException {
        while (attribute.next()) {
            if (attribute.field() == ATTRIBUTE_GRAPH || attribute.field() == ATTRIBUTE_GRAPHS) {
                if (depth == DEEPEST) {
                    throw malformed(
                            "has more graphs in one another than any model; get the file again");
                }
                part.read(attribute.message(), depth + 1);
            }
        }
    }

    private void add(Tensor tensor) throws MalformedFileException {
        tensors.add(tensor);
        named.computeIfAbsent(tensor.name, name -> new ArrayList<>()).add(tensor);
        if (tensors.size() > MOST_INITIALIZERS) {
            throw malformed("has more initializers than any model; get the file again");
        }
    }

    private Tensor tensor(Message message) throws MalformedFileException {
        Tensor tensor = new Tensor();
        boolean external = false;
        while (message.next()) {
            switch (message.field()) {
                case TENSOR_SHAPE -> readShape(message, tensor.shape);
                case TENSOR_TYPE -> tensor.type = (int) message.number();
                case TENSOR_NAME -> tensor.name = message.text();
                case TENSOR_PLACES -> external = true;
                case TENSOR_PLACE -> external |= message.number() != 0;
                case TENSOR_BYTES -> {
                    tensor.start = message.start();
                    tensor.length = message.length();
                }
                case TENSOR_FLOATS -> {
                    if (message.isBytes()) { // else they are written one by one
                        tensor.start = message.start();
                        tensor.length = message.length();
                    }
                }
                default -> {}
            }
        }
        if (external) {
            throw malformed(
                    "keeps the initializer "
                            + quote(tensor.name)
                            + " in another file (external data); write it as one file with"
                            + " onnx.save(onnx.load('model.onnx'), 'whole.onnx') in Python");
        }
        if (tensor.length >= 0) {
            checkSize(tensor);
        }
        return tensor;
    }

    private void readShape(Message message, List<Long> shape) throws MalformedFileException {
        if (message.isBytes()) {
            Message sizes = message.message();
            while (sizes.hasInteger()) {
                addTo(shape, sizes.integer());
            }
        } else {
            addTo(shape, message.number());
        }
    }

    private void addTo(List<Long> shape, long size) throws MalformedFileException {
        if (shape.size() == MOST_DIMENSIONS || size < 0) {
            throw malformed("has an initializer of impossible shape; get the file again");
        }
        shape.add(size);
    }

    /** Checks the size: what has the one that its shape says is read as it says. */
    private void checkSize(Tensor tensor) throws MalformedFileException {
        DataType type = Initializer.dataType(tensor.type).orElse(null);
        if (type == null) {
            return;
        }
        long bytes = type.getNumOfBytes();
        for (long size : tensor.shape) {
            if (size != 0 && bytes > Integer.MAX_VALUE / size) {
                bytes = Long.MAX_VALUE; // no file holds so many
                break;
            }
            bytes *= size;
        }
        if (bytes != tensor.length) {
            throw malformed(
                    "has "
                            + tensor.length
                            + " bytes for the initializer "
                            + quote(tensor.name)
                            + ", which its shape does not need; get the file again");
        }
    }

    private void readUses(Message graph, int depth) throws MalformedFileException {
        while (graph.next()) {
            if (graph.field() == GRAPH_NODE) {
                readNode(graph.message(), depth);
            }
        }
    }

    private void readNode(Message node, int depth) throws MalformedFileException {
        int inputs = 0;
        List<Tensor> right = List.of();
        String name = "";
        String operator = "";
        while (node.next()) {
            switch (node.field()) {
                case NODE_INPUT -> {
                    List<Tensor> used = named.getOrDefault(node.text(), List.of());
                    used.forEach(tensor -> tensor.uses++);
                    if (inputs == 1) {
                        right = used;
                    }
                    inputs++;
                }
                case NODE_NAME -> name = node.text();
                case NODE_OPERATOR -> operator = node.text();
                case NODE_ATTRIBUTE -> readBranches(node.message(), depth, this::readUses);
                default -> {}
            }
        }
        if (QUANTIZED.matcher(operator).matches()) {
            throw malformed(
                    "is quantized (it has the operator "
                            + quote(operator)
                            + "), so that it holds no weights which an adapter could be merged"
                            + " into; give the file of the model in float32, and quantize what is"
                            + " written");
        }
        if (operator.equals("MatMul")) {
            for (Tensor tensor : right) {
                if (tensor.modules.size() < MOST_MODULES) {
                    tensor.modules.add(module(name));
                }
            }
        }
    }

    /** {@code /encoder/layer.0/output/dense/MatMul} is of {@code encoder.layer.0.output.dense}. */
    private static String module(String node) {
        String path = node.startsWith("/") ? node.substring(1) : node;
        return path.substring(0, Math.max(0, path.lastIndexOf('/'))).replace('/', '.');
    }

    private MalformedFileException malformed(String problem) {
        return new MalformedFileException(file, problem);
    }
}
