/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
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
import java.util.TreeMap;
import org.djladapters.safetensors.StoredTensor;

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
    private record Weight(TensorProto tensor, boolean transposed) {

        StoredTensor stored(String name) throws IOException {
            long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
            if (transposed) {
                shape = new long[] {shape[1], shape[0]};
            }
            long size = new Shape(shape).size() * Float.BYTES;
            if (tensor.getRawData().size() != size) {
                throw new IOException(
                        "The ONNX file has %d bytes for the parameter '%s' instead of %d"
                                .formatted(tensor.getRawData().size(), name, size));
            }
            return new StoredTensor(
                    DataType.FLOAT32,
                    new Shape(shape),
                    channel -> StoredTensor.writeFully(contents(), channel));
        }

        private ByteBuffer contents() {
            ByteBuffer data = tensor.getRawData().asReadOnlyByteBuffer();
            return transposed ? transpose(data, tensor) : data;
        }
    }

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
     * Returns the weights as a safetensors file takes them, in float32.
     *
     * @return the weights by the names of parameters
     * @throws IOException if one has other bytes than its shape says
     */
    Map<String, StoredTensor> tensors() throws IOException {
        Map<String, StoredTensor> tensors = new TreeMap<>();
        for (Map.Entry<String, Weight> weight : weights.entrySet()) {
            tensors.put(weight.getKey(), weight.getValue().stored(weight.getKey()));
        }
        return tensors;
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
