/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.io.PlainNumber;
import org.djladapters.kernel.InPlace;
import org.djladapters.model.AdaptedModel;

/**
 * Keeps the adapter of this process equal to those of the other processes of a group. What process
 * 0 decides and measures counts for all. In a group of one nothing happens.
 */
final class Replicas {

    /**
     * All make the same updates of the same gradients, so parameters differ only where processors
     * round an update differently: by some 1e-7 a step. Other programs or data differ by far more.
     */
    private static final double ROUNDING = 1e-3;

    private final ProcessGroup group;
    private final AdaptedModel model;
    private final Adapter adapter;
    private final AdamW optimizer;

    Replicas(ProcessGroup group, AdaptedModel model, Adapter adapter, AdamW optimizer) {
        this.group = group;
        this.model = model;
        this.adapter = adapter;
        this.optimizer = optimizer;
    }

    /** Refuses options with which processes would not train the same. */
    static void requireSupported(FineTuningOptions options) {
        int size = options.group().size();
        if (size == 1) {
            return;
        }
        int batches = options.get(TrainingSettings.ACCUMULATE);
        if (batches < size) {
            throw new IllegalArgumentException(
                    ("A step has %d batches, but there are %d processes to share them; accumulate"
                                    + " at least as many, or use fewer processes")
                            .formatted(batches, size));
        }
        if (options.embedding().mineEachEpoch().isPresent()) {
            throw new IllegalArgumentException(
                    "Several processes might mine different negatives; leave out the mining before"
                            + " each epoch, or train in one process");
        }
        if (options.config().usesSingularVectors()) {
            throw new IllegalArgumentException(
                    "The signs of singular vectors can differ from machine to machine; choose"
                            + " another method, or train in one process");
        }
    }

    /** Refuses a run that is not that of process 0, of which it tells the fingerprint. */
    void requireSameRun(String run) throws IOException {
        String first =
                new String(share(run.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        if (!run.equals(first)) {
            throw new IOException(
                    ("Process %d has another model, other data or versions than process 0; give all"
                                    + " machines the same files and the same version of Java and of"
                                    + " this program")
                            .formatted(group.rank()));
        }
    }

    /** Gives all processes the file that process 0 has, or none if it has none. */
    void shareFile(Path file) throws IOException {
        if (group.size() == 1) {
            return;
        }
        boolean first = group.rank() == 0;
        byte[] bytes =
                share(first && Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0]);
        if (first) {
            return;
        }
        if (bytes.length > 0) {
            Files.write(file, bytes);
        } else {
            Files.deleteIfExists(file);
        }
    }

    /** Prepares the first step, with the parameters of process 0. */
    void begin(Trainer trainer) throws IOException {
        if (group.size() > 1) {
            optimizer.makeGradients(trainer);
            takeParameters();
        }
    }

    /**
     * Adds up what the processes have computed.
     *
     * @param own the result of the batches of this process, which may be none
     */
    TrainingStep.Gradients sum(TrainingStep.Gradients own) throws IOException {
        if (group.size() == 1) {
            return own;
        }
        // a sum of as many means, as every example has its weight in the whole
        float factor = (float) (own.scale() * own.weight());
        float[] gradients = optimizer.gradients();
        float[] values = new float[gradients.length + 2];
        for (int i = 0; i < gradients.length; i++) {
            values[i] = gradients[i] * factor;
        }
        values[gradients.length] = own.weight() > 0 ? (float) (own.loss() * own.weight()) : 0;
        values[gradients.length + 1] = (float) own.weight();
        group.allReduce(values);
        double weight = values[gradients.length + 1];
        double loss = values[gradients.length] / weight;
        System.arraycopy(values, 0, gradients, 0, gradients.length);
        optimizer.setGradients(gradients);
        double norm = Double.isFinite(loss) ? optimizer.gradientNorm() / weight : Double.NaN;
        return new TrainingStep.Gradients(loss, norm, weight, 1 / weight);
    }

    /** Takes what process 0 has measured. */
    Evaluations.Evaluation agreed(Evaluations.Evaluation own) throws IOException {
        if (group.size() == 1) {
            return own;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream numbers = new DataOutputStream(bytes)) {
            for (double value : own.metrics().values()) {
                numbers.writeDouble(value);
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        DataInputStream first =
                new DataInputStream(new ByteArrayInputStream(share(bytes.toByteArray())));
        for (String name : own.metrics().keySet()) {
            metrics.put(name, first.readDouble());
        }
        return new Evaluations.Evaluation(metrics, own.queries());
    }

    /** Takes the objection of process 0. */
    Optional<String> agreed(Optional<String> objection) throws IOException {
        byte[] own = objection.orElse("").getBytes(StandardCharsets.UTF_8);
        return Optional.of(new String(share(own), StandardCharsets.UTF_8))
                .filter(text -> !text.isEmpty());
    }

    /** Takes the parameters of process 0, after updates that were the same in all. */
    void requireEqual(String where) throws IOException {
        if (group.size() == 1) {
            return;
        }
        double distance = takeParameters();
        if (!(distance < ROUNDING)) {
            throw new IOException(
                    ("Process %d has other parameters than process 0 after %s (they differ by %s);"
                                    + " give all machines the same version of this program")
                            .formatted(group.rank(), where, PlainNumber.of((float) distance)));
        }
    }

    /** Takes the parameters of process 0 and returns their distance relative to their norm. */
    private double takeParameters() throws IOException {
        double squares = 0;
        double all = 0;
        for (Parameter parameter : adapter.parameters().values()) {
            NDArray own = parameter.getArray();
            ByteBuffer bytes = ByteBuffer.wrap(share(bytes(own)));
            if (group.rank() == 0) {
                continue;
            }
            try (NDManager scope = own.getManager().newSubManager();
                    NDArray before = own.stopGradient()) {
                NDArray first = scope.create(bytes, own.getShape(), own.getDataType());
                squares += squares(first.sub(before));
                all += squares(first);
                model.update(() -> InPlace.copy(first, own));
            }
        }
        return all == 0 ? 0 : Math.sqrt(squares / all);
    }

    private static byte[] bytes(NDArray array) {
        try (NDArray values = array.stopGradient()) {
            return values.toByteArray();
        }
    }

    private static double squares(NDArray array) {
        return Math.pow(array.norm().getFloat(), 2);
    }

    private byte[] share(byte[] own) throws IOException {
        return group.broadcast(own);
    }
}
