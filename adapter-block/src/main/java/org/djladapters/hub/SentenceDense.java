/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.hub.program.Checkpoint;
import org.djladapters.io.Internal;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.kernel.PyTorch;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;

/**
 * A dense layer behind the pooling of a sentence encoder, as sentence-transformers stores it in a
 * folder of its own: \(y = f(x W^T + b)\) of a pooled vector x. It is never adapted.
 */
public final class SentenceDense {

    private static final String FUNCTION = "activation_function";
    private static final String WEIGHT = "linear.weight";
    private static final String BIAS = "linear.bias";
    private static final List<String> FUNCTIONS = List.of("Identity", "Tanh", "ReLU", "Sigmoid");

    private final Path folder;
    private final JsonObject config;
    private final String function;
    private final Shape shape;
    private final float[] weight;

    /** The bias, zeros if the layer has none. */
    private final float[] bias;

    private SentenceDense(Path folder) throws IOException {
        this.folder = folder;
        JsonFields fields = JsonFields.read(folder.resolve(SentenceFiles.CONFIG));
        config = fields.json();
        String name = fields.string(FUNCTION, "torch.nn.modules.activation.Tanh");
        function = name.substring(name.lastIndexOf('.') + 1);
        if (!FUNCTIONS.contains(function)) {
            throw fields.wrong(FUNCTION, "one of " + FUNCTIONS);
        }
        String vector = "sentence_embedding";
        if (fields.bool("use_residual", false)
                || !fields.string("module_input_name", vector).equals(vector)
                || !fields.string("module_output_name", vector).equals(vector)) {
            throw new MalformedFileException(
                    folder.resolve(SentenceFiles.CONFIG),
                    "describes a dense layer of something else than the pooled vector alone, which"
                            + " is not supported; use another model");
        }
        int outputs = positive(fields, "out_features");
        shape = new Shape(outputs, positive(fields, "in_features"));
        try (NDManager manager = PyTorch.newManager();
                SafetensorsFile file = SafetensorsFile.open(weights())) {
            weight = values(file, WEIGHT, shape, manager);
            boolean biased = fields.bool("bias", true);
            bias = biased ? values(file, BIAS, new Shape(outputs), manager) : new float[outputs];
        }
    }

    private static int positive(JsonFields fields, String key) throws IOException {
        return fields.atLeast(1, key)
                .orElseThrow(() -> fields.wrong(key, "a whole number of at least 1"));
    }

    /** Reads a layer from its folder, which has its description and its weights. */
    static SentenceDense read(Path folder) throws IOException {
        for (String name : List.of(SentenceFiles.CONFIG, Checkpoint.FILE)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new IOException(
                        ("'%s' is missing, a part of a dense layer; copy it from the original"
                                        + " model, as safetensors")
                                .formatted(folder.resolve(name)));
            }
        }
        return new SentenceDense(folder);
    }

    private float[] values(SafetensorsFile file, String name, Shape expected, NDManager manager)
            throws IOException {
        TensorEntry tensor = file.tensors().get(name);
        if (tensor == null || !tensor.shape().equals(expected)) {
            throw new MalformedFileException(
                    weights(),
                    "has no tensor %s of shape %s, which the dense layer's config.json asks for; get"
                                    .formatted(quote(name), expected)
                            + " the model again");
        }
        return file.read(manager, name).toType(DataType.FLOAT32, false).toFloatArray();
    }

    /** Returns the file of the weights. */
    Path weights() {
        return folder.resolve(Checkpoint.FILE);
    }

    /** Returns the text of the description. */
    String description() {
        return JsonFiles.text(config);
    }

    /**
     * Computes the layer; gradients flow through.
     *
     * @param vectors float32 of shape (B, in)
     * @return float32 of shape (B, out)
     */
    @Internal
    public NDArray of(NDArray vectors) {
        NDManager manager = vectors.getManager();
        // copies, since the engine keeps nothing of Java's memory for gradients
        NDArray w = manager.create(weight, shape).toType(DataType.FLOAT32, true);
        NDArray b = manager.create(bias).toType(DataType.FLOAT32, true);
        NDArray y = vectors.matMul(w.transpose()).add(b);
        return switch (function) {
            case "Tanh" -> y.tanh();
            case "ReLU" -> y.getNDArrayInternal().relu();
            case "Sigmoid" -> y.getNDArrayInternal().sigmoid();
            default -> y;
        };
    }
}
