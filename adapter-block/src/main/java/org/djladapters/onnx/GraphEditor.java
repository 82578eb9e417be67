/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.io.MalformedFileException;

/**
 * A changed copy of an ONNX file in the making: nodes and initializers are replaced by others,
 * everything else stays byte for byte. Only the graph itself is changed, not those in branches.
 */
public final class GraphEditor {

    private static final int MODEL_OPERATORS = 8;
    private static final int OPERATORS_DOMAIN = 1;
    private static final int OPERATORS_VERSION = 2;

    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;
    private static final int VALUE_NAME = 1;

    private static final int NODE_OUTPUT = 2;
    private static final int NODE_DOMAIN = 7;

    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_FLOAT = 2;
    private static final int ATTRIBUTE_INTEGER = 3;
    private static final int ATTRIBUTE_INTEGERS = 8;
    private static final int ATTRIBUTE_TYPE = 20;
    private static final int TYPE_INTEGER = 2;

    private final OnnxFile file;

    /** The nodes in their order; what a replaced one gives place to is in {@link #replaced}. */
    private final Map<OnnxNode, ByteBuffer> nodes = new LinkedHashMap<>();

    private final Map<OnnxNode, List<OnnxNode>> replaced = new HashMap<>();
    private final Map<String, Initializer> initializers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> removed = new HashSet<>();
    private final List<ByteBuffer> added = new ArrayList<>();
    private long operators;
    private int graphs;

    private GraphEditor(OnnxFile file) throws MalformedFileException {
        this.file = file;
        readModel();
        Set<String> twice = new HashSet<>();
        for (Initializer initializer : file.initializers()) {
            names.add(initializer.name());
            if (initializers.put(initializer.name(), initializer) != null) {
                twice.add(initializer.name()); // one of them is a branch's
            }
        }
        initializers.keySet().removeAll(twice);
    }

    /**
     * Starts a copy of a file.
     *
     * @throws MalformedFileException if the file is damaged
     */
    public static GraphEditor of(OnnxFile file) throws MalformedFileException {
        return new GraphEditor(file);
    }

    /** Returns the version of ONNX's operators that the file asks for. */
    public long operators() {
        return operators;
    }

    /** Returns the nodes of the graph in their order. */
    public List<OnnxNode> nodes() {
        return List.copyOf(nodes.keySet());
    }

    /** Returns the initializer of a name if there is one and no other of this name. */
    public Optional<Initializer> initializer(String name) {
        return Optional.ofNullable(initializers.get(name));
    }

    /** Returns how many inputs of nodes a value is, those in branches and outputs among them. */
    public int uses(String name) {
        return uses.getOrDefault(name, 0);
    }

    /** Returns a name that no value has, which begins as said, and takes it. */
    public String newName(String start) {
        String name = start;
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Replaces a node by others, by none if what it gives is no longer needed. */
    public void replace(OnnxNode node, List<OnnxNode> others) {
        replaced.put(node, List.copyOf(others));
    }

    /** Leaves an initializer out. */
    public void remove(Initializer initializer) {
        removed.add(initializer.name());
    }

    /** Adds an initializer of int8. */
    public void add(String name, List<Long> shape, byte[] elements) {
        add(name, Initializer.INT8, shape, elements);
    }

    /** Adds an initializer of float32. */
    public void add(String name, List<Long> shape, float[] elements) {
        ByteBuffer bytes = ByteBuffer.allocate(elements.length * Float.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(elements);
        add(name, Initializer.FLOAT, shape, bytes.array());
    }

    private void add(String name, int type, List<Long> shape, byte[] elements) {
        MessageWriter tensor = new MessageWriter();
        shape.forEach(size -> tensor.number(GraphReader.TENSOR_SHAPE, size));
        tensor.number(GraphReader.TENSOR_TYPE, type)
                .text(GraphReader.TENSOR_NAME, name)
                .bytes(GraphReader.TENSOR_BYTES, elements);
        added.add(new MessageWriter().message(GraphReader.GRAPH_INITIALIZER, tensor).toBuffer());
    }

    /** Writes the changed file. */
    public void writeTo(WritableByteChannel target) throws IOException {
        Message model = file.message();
        while (model.next()) {
            if (model.field() == GraphReader.MODEL_GRAPH) {
                List<ByteBuffer> parts = parts(model.message());
                long length = parts.stream().mapToLong(ByteBuffer::remaining).sum();
                write(new MessageWriter().head(GraphReader.MODEL_GRAPH, length).toBuffer(), target);
                for (ByteBuffer part : parts) {
                    write(part, target);
                }
            } else {
                write(model.whole(), target);
            }
        }
    }

    private static void write(ByteBuffer bytes, WritableByteChannel target) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            target.write(rest);
        }
    }

    /** Returns the fields of the changed graph, nodes in the places of those that they replace. */
    private List<ByteBuffer> parts(Message graph) throws MalformedFileException {
        List<ByteBuffer> parts = new ArrayList<>();
        while (graph.next()) {
            switch (graph.field()) {
                case GraphReader.GRAPH_NODE -> {}
                case GraphReader.GRAPH_INITIALIZER -> {
                    if (!removed.contains(name(graph.message(), GraphReader.TENSOR_NAME))) {
                        parts.add(graph.whole());
                    }
                }
                case GRAPH_INPUT -> {
                    // older files have initializers among their inputs
                    if (!removed.contains(name(graph.message(), VALUE_NAME))) {
                        parts.add(graph.whole());
                    }
                }
                default -> parts.add(graph.whole());
            }
        }
        nodes.forEach(
                (node, bytes) -> {
                    if (replaced.containsKey(node)) {
                        replaced.get(node).forEach(other -> parts.add(bytes(other)));
                    } else {
                        parts.add(bytes);
                    }
                });
        parts.addAll(added);
        return parts;
    }

    private static ByteBuffer bytes(OnnxNode node) {
        MessageWriter message = new MessageWriter();
        node.inputs().forEach(input -> message.text(GraphReader.NODE_INPUT, input));
        node.outputs().forEach(output -> message.text(NODE_OUTPUT, output));
        message.text(GraphReader.NODE_NAME, node.name());
        message.text(GraphReader.NODE_OPERATOR, node.operator());
        node.attributes()
                .forEach(
                        (name, value) ->
                                message.message(
                                        GraphReader.NODE_ATTRIBUTE,
                                        new MessageWriter()
                                                .text(ATTRIBUTE_NAME, name)
                                                .number(ATTRIBUTE_INTEGER, (Long) value)
                                                .number(ATTRIBUTE_TYPE, TYPE_INTEGER)));
        return new MessageWriter().message(GraphReader.GRAPH_NODE, message).toBuffer();
    }

    private void readModel() throws MalformedFileException {
        Message model = file.message();
        while (model.next()) {
            if (model.field() == GraphReader.MODEL_GRAPH) {
                graphs++;
                readGraph(model.message());
            } else if (model.field() == MODEL_OPERATORS) {
                readOperators(model.message());
            }
        }
        if (graphs > 1) {
            throw new MalformedFileException(
                    file.path(), "holds several graphs; export the model again");
        }
    }

    private void readOperators(Message set) throws MalformedFileException {
        String domain = "";
        long version = 0;
        while (set.next()) {
            if (set.field() == OPERATORS_DOMAIN) {
                domain = set.text();
            } else if (set.field() == OPERATORS_VERSION) {
                version = set.number();
            }
        }
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
            operators = version;
        }
    }

    private void readGraph(Message graph) throws MalformedFileException {
        while (graph.next()) {
            switch (graph.field()) {
                case GraphReader.GRAPH_NODE -> nodes.put(node(graph.message()), graph.whole());
                case GRAPH_INPUT -> names.add(name(graph.message(), VALUE_NAME));
                case GRAPH_OUTPUT -> count(name(graph.message(), VALUE_NAME));
                default -> {}
            }
        }
    }

    private void count(String name) {
        uses.merge(name, 1, Integer::sum);
    }

    private static String name(Message message, int field) throws MalformedFileException {
        String name = "";
        while (message.next()) {
            if (message.field() == field) {
                name = message.text();
            }
        }
        return name;
    }

    private OnnxNode node(Message message) throws MalformedFileException {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Object> attributes = new HashMap<>();
        String name = "";
        String operator = "";
        String domain = "";
        while (message.next()) {
            switch (message.field()) {
                case GraphReader.NODE_INPUT -> inputs.add(message.text());
                case NODE_OUTPUT -> outputs.add(message.text());
                case GraphReader.NODE_NAME -> name = message.text();
                case GraphReader.NODE_OPERATOR -> operator = message.text();
                case NODE_DOMAIN -> domain = message.text();
                case GraphReader.NODE_ATTRIBUTE -> readAttribute(message.message(), attributes);
                default -> {}
            }
        }
        inputs.forEach(this::count);
        names.addAll(outputs);
        boolean own = domain.isEmpty() || domain.equals("ai.onnx");
        return new OnnxNode(
                own ? operator : domain + ':' + operator, name, inputs, outputs, attributes);
    }

    private void readAttribute(Message attribute, Map<String, Object> attributes)
            throws MalformedFileException {
        String name = "";
        Object value = null;
        List<Long> integers = new ArrayList<>();
        while (attribute.next()) {
            switch (attribute.field()) {
                case ATTRIBUTE_NAME -> name = attribute.text();
                case ATTRIBUTE_FLOAT -> value = attribute.real();
                case ATTRIBUTE_INTEGER -> value = attribute.number();
                case ATTRIBUTE_INTEGERS -> readIntegers(attribute, integers);
                case GraphReader.ATTRIBUTE_GRAPH, GraphReader.ATTRIBUTE_GRAPHS ->
                        readBranch(attribute.message());
                default -> {}
            }
        }
        if (!integers.isEmpty()) {
            attributes.put(name, List.copyOf(integers));
        } else if (value != null) {
            attributes.put(name, value);
        }
    }

    private static void readIntegers(Message attribute, List<Long> integers)
            throws MalformedFileException {
        if (attribute.isBytes()) {
            Message packed = attribute.message();
            while (packed.hasInteger()) {
                integers.add(packed.integer());
            }
        } else {
            integers.add(attribute.number());
        }
    }

    /** Counts what the nodes of a branch use; {@link GraphReader} has seen how deep they go. */
    private void readBranch(Message graph) throws MalformedFileException {
        while (graph.next()) {
            if (graph.field() == GraphReader.GRAPH_NODE) {
                node(graph.message());
            } else if (graph.field() == GRAPH_OUTPUT) {
                count(name(graph.message(), VALUE_NAME));
            }
        }
    }
}
