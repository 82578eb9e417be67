/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.djladapters.onnx.Initializer;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.safetensors.StoredTensor;

/**
 * The float32 weights of an ONNX file under the parameter names of the PyTorch model that it was
 * exported from.
 *
 * <p>ONNX keeps the names of embeddings, biases and normalizations. The weight of a linear layer
 * has no name: it is the right factor of a {@code MatMul}, with shape (in, out), and the name of
 * that node is the path of the layer.
 */
final class OnnxWeights {

    private OnnxWeights() {}

    /** Returns the weights by parameter name, to be written to a safetensors file. */
    static Map<String, StoredTensor> of(OnnxFile onnx) {
        Map<String, StoredTensor> weights = new TreeMap<>();
        for (Initializer weight : onnx.initializers()) {
            if (!weight.isPlain() || weight.dataType().get() != DataType.FLOAT32) {
                continue;
            }
            List<Long> shape = weight.shape();
            for (String module : weight.modules()) {
                weights.put(
                        module + ".weight",
                        stored(
                                new Shape(shape.get(1), shape.get(0)),
                                () -> transpose(onnx.data(weight), shape)));
            }
            if (weight.name().contains(".")) {
                weights.put(weight.name(), stored(new Shape(shape), () -> onnx.data(weight)));
            }
        }
        return weights;
    }

    private static StoredTensor stored(Shape shape, Supplier<ByteBuffer> contents) {
        return new StoredTensor(
                DataType.FLOAT32,
                shape,
                channel -> StoredTensor.writeFully(contents.get(), channel));
    }

    private static ByteBuffer transpose(ByteBuffer data, List<Long> shape) {
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
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
