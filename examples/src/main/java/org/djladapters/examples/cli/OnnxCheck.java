/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.djladapters.data.encoding.ExportedTokenizer;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/**
 * Compares the outputs of ONNX Runtime for a merged ONNX file with those of the adapted model: for
 * random inputs, and for texts up to twice as long as the model reads, with the exported tokenizer
 * on one side and the base model's on the other. Inputs of other kinds are not compared, and the
 * verdict says so. This class needs {@link OnnxRuntime}.
 */
final class OnnxCheck {

    /** The largest difference by rounding, relative to the largest output, or to 1 if smaller. */
    static final double TOLERANCE = 1e-5;

    private static final int ROWS = 2;
    private static final int TOKENS = 16;

    /** The largest number of tokens of texts; longer texts have twice as many. */
    private static final int LONGEST = 512;

    /** The second row is shorter than the first. */
    private static final int PADDING = 5;

    private final TaskModel<?, ?> task;
    private final AdaptedModel model;

    /** The largest difference, relative to the largest output, or to 1 if smaller. */
    private final double tolerance;

    private final Random random = new Random(42);
    private String verdict = "";
    private double largest;
    private int pairs;

    private OnnxCheck(TaskModel<?, ?> task, double tolerance) {
        this.task = task;
        this.tolerance = tolerance;
        this.model = task.model();
    }

    /** Creates a comparison with a model. */
    static OnnxCheck of(TaskModel<?, ?> task) {
        return new OnnxCheck(task, TOLERANCE);
    }

    /** Creates a comparison with a model for a file in int8, which may differ by any number. */
    static OnnxCheck ofInt8(TaskModel<?, ?> task) {
        return new OnnxCheck(task, Double.MAX_VALUE);
    }

    /** Returns the result of the comparison in words. */
    String verdict() {
        return verdict;
    }

    /** Compares a file; fails if ONNX Runtime can't run it, or outputs differ. */
    void accept(Path onnx) {
        try {
            verdict = compared(onnx);
        } catch (OrtException | IOException e) {
            throw new IllegalStateException(
                    "ONNX Runtime can't run the merged model ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + "); check that it runs the file of the base model",
                    e);
        }
    }

    private String compared(Path onnx) throws OrtException, IOException {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (NDManager scope = PyTorch.newManager();
                OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = runtime.createSession(onnx.toString(), options)) {
            List<String> names = model.inputNames();
            Optional<NDList> inputs = inputs(names, scope);
            if (inputs.isEmpty() || !names.containsAll(session.getInputNames())) {
                return "Not compared with the adapted model: the ONNX file takes "
                        + session.getInputNames()
                        + ", the base model "
                        + names;
            }
            compare(inputs.get(), inputs.get(), session);
            if (pairs == 0) {
                return "Not compared with the adapted model: the ONNX file gives "
                        + session.getOutputNames()
                        + ", the base model "
                        + model.outputNames();
            }
            String length = compareTexts(onnx.getParent(), session, scope);
            if (tolerance > TOLERANCE) {
                return String.format(
                        Locale.ROOT,
                        "ONNX Runtime runs the file in int8%s; its outputs differ by at most %.1e",
                        length,
                        largest);
            }
            return String.format(
                    Locale.ROOT,
                    "ONNX Runtime gives the outputs of the adapted model%s; they differ by at most"
                            + " %.1e",
                    length,
                    largest);
        }
    }

    /** Compares texts and returns words about their length; none if the model reads no texts. */
    private String compareTexts(Path folder, OrtSession session, NDManager scope)
            throws OrtException, IOException {
        ModelDirectory directory = model.directory().orElseThrow();
        OptionalInt length = task.maxLength();
        if (length.isEmpty() || directory.file(TokenizerFile.NAME).isEmpty()) {
            return "";
        }
        int limit = length.getAsInt();
        TextInputs arrays = TextInputs.of(directory, model.inputNames());
        Map<String, String> unpadded =
                Map.of("padding", "false", "modelMaxLength", Integer.toString(limit));
        try (TextEncoder encoder = TextEncoder.openForTrial(directory, limit);
                HuggingFaceTokenizer exported =
                        HuggingFaceTokenizer.newInstance(folder, unpadded)) {
            // the tokens of longer texts are compared by the export itself
            ExportedTokenizer tokenizer =
                    new ExportedTokenizer(directory, Math.min(limit, LONGEST), false);
            for (String cased : tokenizer.texts()) {
                String text = cased.toLowerCase(Locale.ROOT); // as some models read it anyway
                try (NDManager one = scope.newSubManager()) {
                    compare(
                            arrays.create(one, List.of(encoder.encode(text, null))),
                            tokens(exported.encode(text), one),
                            session);
                }
            }
        }
        return ", also for texts of %d tokens and more".formatted(Math.min(limit, LONGEST));
    }

    private NDList tokens(Encoding text, NDManager scope) {
        NDList inputs = new NDList();
        for (String name : model.inputNames()) {
            long[] values =
                    switch (name) {
                        case "input_ids" -> text.getIds();
                        case "token_type_ids" -> text.getTypeIds();
                        default -> text.getAttentionMask();
                    };
            inputs.add(scope.create(values, new Shape(1, values.length)));
        }
        return inputs;
    }

    /** Compares the outputs of both models, with inputs in the order of the adapted one. */
    private void compare(NDList own, NDList others, OrtSession session) throws OrtException {
        NDList outputs = model.predict(own);
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> given = new HashMap<>();
        try {
            for (String name : session.getInputNames()) {
                given.put(name, tensor(others.get(model.inputNames().indexOf(name)), runtime));
            }
            try (OrtSession.Result results = session.run(given)) {
                compare(outputs, session, results);
            }
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private void compare(NDList outputs, OrtSession session, OrtSession.Result results)
            throws OrtException {
        for (NodeInfo output : session.getOutputInfo().values()) {
            Optional<NDArray> expected = named(outputs, output.getName(), session);
            OnnxValue value = results.get(output.getName()).orElseThrow();
            if (expected.isPresent() && value instanceof OnnxTensor tensor) {
                largest = Math.max(largest, difference(expected.get(), tensor));
                pairs++;
            }
        }
    }

    /** Finds the output of the same name, or the only one of both. */
    private Optional<NDArray> named(NDList outputs, String name, OrtSession session) {
        int index = model.outputNames().indexOf(name);
        if (index < 0 && outputs.size() == 1 && session.getOutputNames().size() == 1) {
            index = 0;
        }
        return index < 0 || index >= outputs.size()
                ? Optional.empty()
                : Optional.of(outputs.get(index))
                        .filter(output -> output.getDataType() == DataType.FLOAT32);
    }

    private double difference(NDArray expected, OnnxTensor found) {
        float[] ours = expected.toFloatArray();
        FloatBuffer theirs = found.getFloatBuffer();
        double largest = 0;
        double scale = 1;
        boolean same = theirs != null && theirs.remaining() == ours.length;
        for (int i = 0; same && i < ours.length; i++) {
            double difference = Math.abs((double) ours[i] - theirs.get(i));
            same = !Double.isNaN(difference);
            largest = Math.max(largest, difference);
            scale = Math.max(scale, Math.abs(ours[i]));
        }
        if (!same || largest > tolerance * scale) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "The outputs of the merged ONNX file differ from the adapted model's by"
                                    + " %.1e, more than rounding explains, so nothing was"
                                    + " written; the ONNX file computes something else with the"
                                    + " weights of this base model, export it anew",
                            largest));
        }
        return largest;
    }

    private static OnnxTensor tensor(NDArray input, OrtEnvironment runtime) throws OrtException {
        long[] shape = input.getShape().getShape();
        return input.getDataType() == DataType.INT64
                ? OnnxTensor.createTensor(runtime, LongBuffer.wrap(input.toLongArray()), shape)
                : OnnxTensor.createTensor(runtime, FloatBuffer.wrap(input.toFloatArray()), shape);
    }

    /** Draws tokens or pixels; empty if the model takes anything else. */
    private Optional<NDList> inputs(List<String> names, NDManager scope) throws IOException {
        ModelDirectory directory = model.directory().orElseThrow();
        OptionalInt vocabulary = directory.vocabularySize();
        NDList inputs = new NDList();
        for (String name : names) {
            switch (name) {
                case "input_ids" -> {
                    if (vocabulary.isEmpty()) {
                        return Optional.empty();
                    }
                    inputs.add(tokens(vocabulary.getAsInt(), scope));
                }
                case "attention_mask" -> inputs.add(mask(scope));
                case "token_type_ids" ->
                        inputs.add(scope.zeros(new Shape(ROWS, TOKENS), DataType.INT64));
                case "pixel_values" -> {
                    int side = ImagePreprocessing.of(directory).size();
                    inputs.add(pixels(side, scope));
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(inputs);
    }

    private NDArray tokens(int vocabulary, NDManager scope) {
        long[] ids = random.longs((long) ROWS * TOKENS, 0, vocabulary).toArray();
        return scope.create(ids, new Shape(ROWS, TOKENS));
    }

    private static NDArray mask(NDManager scope) {
        long[] mask = new long[ROWS * TOKENS];
        for (int i = 0; i < mask.length - PADDING; i++) {
            mask[i] = 1;
        }
        return scope.create(mask, new Shape(ROWS, TOKENS));
    }

    private NDArray pixels(int side, NDManager scope) {
        float[] pixels = new float[ROWS * 3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return scope.create(pixels, new Shape(ROWS, 3, side, side));
    }
}
