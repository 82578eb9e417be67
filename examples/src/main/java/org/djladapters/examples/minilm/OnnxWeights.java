/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.minilm;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The float32 weights of an ONNX file, found again under the parameter names of the PyTorch model
 * that was exported to it.
 *
 * <p>ONNX keeps the names of embeddings, biases and normalizations. The weight of a linear layer
 * loses its name and is stored as the right factor of a {@code MatMul}, shape (in, out); the node's
 * name still is the path of the layer.
 */
final class OnnxWeights {

    private final Map<String, Weight> weights;

    private OnnxWeights(Map<String, Weight> weights) {
        this.weights = weights;
    }

    /** An initializer, and whether it is the transpose of the parameter. */
    private record Weight(TensorProto tensor, boolean transposed) {}

    /**
     * Reads the weights of an ONNX model.
     *
     * @throws IOException if the stream is not an ONNX model
     */
    static OnnxWeights read(InputStream onnx) throws IOException {
        GraphProto graph = ModelProto.parseFrom(onnx).getGraph();
        Map<String, TensorProto> initializers = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
                initializers.put(tensor.getName(), tensor);
            }
        }
        Map<String, Weight> weights = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("MatMul") && initializers.containsKey(node.getInput(1))) {
                TensorProto tensor = initializers.get(node.getInput(1));
                weights.put(layerPath(node) + ".weight", new Weight(tensor, true));
            }
        }
        initializers.forEach(
                (name, tensor) -> {
                    if (name.contains(".")) {
                        weights.put(name, new Weight(tensor, false));
                    }
                });
        return new OnnxWeights(weights);
    }

    /**
     * {@code /encoder/layer.0/output/dense/MatMul} becomes {@code encoder.layer.0.output.dense}.
     */
    private static String layerPath(NodeProto matMul) {
        String name = matMul.getName();
        return name.substring(name.indexOf('/') + 1, name.lastIndexOf('/')).replace('/', '.');
    }

    /**
     * Returns the numbers of a parameter, row by row, as little-endian float32.
     *
     * @param name the parameter's name
     * @param size the number of bytes expected
     * @throws IOException if there is no such weight or its size is another
     */
    ByteBuffer contents(String name, long size) throws IOException {
        Weight weight = weights.get(name);
        if (weight == null) {
            throw new IOException("The ONNX file has no weight for the parameter '" + name + "'");
        }
        ByteBuffer data = weight.tensor.getRawData().asReadOnlyByteBuffer();
        if (data.remaining() != size) {
            throw new IOException(
                    "The ONNX file has "
                            + data.remaining()
                            + " bytes for the parameter '"
                            + name
                            + "' instead of "
                            + size);
        }
        return weight.transposed ? transpose(data, weight.tensor) : data;
    }

    private static ByteBuffer transpose(ByteBuffer data, TensorProto tensor) {
        int rows = Math.toIntExact(tensor.getDims(0));
        int columns = Math.toIntExact(tensor.getDims(1));
        ByteBuffer transposed =
                ByteBuffer.allocate(data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer from = data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        FloatBuffer to = transposed.asFloatBuffer();
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                to.put(from.get(row * columns + column));
            }
        }
        return transposed;
    }
}
