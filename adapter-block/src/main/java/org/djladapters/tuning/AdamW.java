/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.ParameterTracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;

/**
 * AdamW over named parameters, with a state that can be saved, and gradients clipped to a common
 * norm.
 *
 * <p>DJL's own optimizers hide their moments, clip single values and take several native calls for
 * every parameter; its trainer refuses gradients whose sum is zero, which those of a softmax head
 * over two classes can be. Here an update of all parameters is one native call, and so is the norm
 * of all gradients.
 *
 * <p>With the gradient g times a common scale, in update t with the learning rate &eta; and the
 * weight decay &lambda;:
 *
 * <p>&theta; &larr; &theta; &minus; &eta;&lambda;&theta;, m &larr; &beta;<sub>1</sub>m + (1 &minus;
 * &beta;<sub>1</sub>)g, v &larr; &beta;<sub>2</sub>v + (1 &minus; &beta;<sub>2</sub>)g&sup2;,
 * &theta; &larr; &theta; &minus; &eta; m&#770; / (&radic;v&#770; + &epsilon;), where m&#770; = m /
 * (1 &minus; &beta;<sub>1</sub><sup>t</sup>) and v&#770; = v / (1 &minus;
 * &beta;<sub>2</sub><sup>t</sup>)
 *
 * <p>and &beta;<sub>1</sub> = 0.9, &beta;<sub>2</sub> = 0.999, &epsilon; = 1e-8. Parameters of one
 * dimension, such as biases and factors, do not decay.
 *
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, Decoupled weight decay
 *     regularization, algorithm 2</a>
 */
final class AdamW {

    /** The first update divides by 1 - 0.9, and float32 ends at 3.4e38. */
    static final float LARGEST_RATE = 1e37f;

    /** More values are not laid end to end, as copies of them would need memory. */
    private static final long CHUNK_SIZE = 1 << 20;

    private final Map<String, Parameter> parameters;
    private final ParameterTracker rates;
    private final float weightDecay;
    private final NDManager manager;
    private final List<Chunk> chunks = new ArrayList<>();
    private final Map<String, Moments> moments = new HashMap<>();
    private int steps;

    /** Running means of a parameter's gradients and of their squares. */
    record Moments(NDArray mean, NDArray variance) {}

    /** Parameters of one type and their moments, end to end in arrays of one dimension. */
    private record Chunk(List<String> names, Moments moments) {}

    /** Starts with moments of zero, with learning rates of updates 1, 2, ... by parameter name. */
    AdamW(
            Map<String, Parameter> parameters,
            ParameterTracker rates,
            float weightDecay,
            NDManager manager) {
        this.parameters = parameters;
        this.rates = rates;
        this.weightDecay = weightDecay;
        this.manager = manager;
        parameters.keySet().stream()
                .collect(Collectors.groupingBy(name -> array(name).getDataType()))
                .values()
                .forEach(this::addChunks);
    }

    private NDArray array(String name) {
        return parameters.get(name).getArray();
    }

    private void addChunks(List<String> names) {
        int start = 0;
        long size = 0;
        for (int i = 0; i < names.size(); i++) {
            long next = array(names.get(i)).size();
            if (i > start && size + next > CHUNK_SIZE) {
                addChunk(names.subList(start, i), size);
                start = i;
                size = 0;
            }
            size += next;
        }
        addChunk(names.subList(start, names.size()), size);
    }

    private void addChunk(List<String> names, long size) {
        DataType type = array(names.get(0)).getDataType();
        Moments all =
                new Moments(
                        manager.zeros(new Shape(size), type), manager.zeros(new Shape(size), type));
        chunks.add(new Chunk(names, all));
        long start = 0;
        for (String name : names) {
            long end = start + array(name).size();
            Shape shape = array(name).getShape();
            moments.put(
                    name,
                    new Moments(
                            part(all.mean(), start, end, shape),
                            part(all.variance(), start, end, shape)));
            start = end;
        }
    }

    /** Returns a view, through which values are read and restored. */
    private static NDArray part(NDArray all, long start, long end, Shape shape) {
        try (NDArray part = all.get(new NDIndex("{}:{}", start, end))) {
            return part.reshape(shape);
        }
    }

    Map<String, Moments> moments() {
        return moments;
    }

    int steps() {
        return steps;
    }

    /** Resumes after so many updates; the moments are restored in place. */
    void resume(int completedSteps) {
        steps = completedSteps;
    }

    boolean isFinite() {
        return Double.isFinite(number("norm", parameters.values()));
    }

    double gradientNorm() {
        return gradientNorm(parameters.values());
    }

    static double gradientNorm(Collection<Parameter> parameters) {
        return number("gradient_norm", parameters);
    }

    /**
     * Computes the factor that gives gradients at most a norm.
     *
     * @param most the largest norm; 0 for any
     */
    static double clipping(double norm, double most) {
        return most > 0 && norm > most ? most / norm : 1;
    }

    private static double number(String method, Collection<Parameter> parameters) {
        if (parameters.isEmpty()) {
            return 0;
        }
        List<NDArray> arrays = arrays(parameters);
        NDManager owner = arrays.get(0).getManager();
        try (NDArray number = Program.call(method, owner).tensors(arrays).run().get(0)) {
            return number.getDouble();
        }
    }

    private static List<NDArray> arrays(Collection<Parameter> parameters) {
        return parameters.stream().map(Parameter::getArray).toList();
    }

    /** Sets all gradients to zero, those that are not finite too. */
    void clearGradients() {
        try (NDManager scope = manager.newSubManager()) {
            Program.call("clear_gradients", scope).tensors(arrays(parameters.values())).run();
        }
    }

    /** Makes sure that all parameters have gradients, which are zero. */
    void makeGradients(Trainer trainer) {
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = trainer.newGradientCollector()) {
            NDArray sum = Program.call("sum", scope).tensors(arrays(parameters.values())).single();
            collector.backward(sum);
        }
        clearGradients();
    }

    /** Returns the gradients of all parameters end to end, in the order of the parameters. */
    float[] gradients() {
        try (NDManager scope = manager.newSubManager();
                NDArray all =
                        Program.call("gradients", scope)
                                .tensors(arrays(parameters.values()))
                                .single()) {
            return all.toFloatArray();
        }
    }

    /** Replaces the gradients of all parameters, each of which has one. */
    void setGradients(float[] values) {
        try (NDManager scope = manager.newSubManager()) {
            Program.call("set_gradients", scope)
                    .tensors(arrays(parameters.values()))
                    .tensor(scope.create(values))
                    .run();
        }
    }

    void scaleGradients(double factor) {
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            Program.call("scale_gradients", scope)
                    .tensors(arrays(parameters.values()))
                    .tensor(scope.create(factor))
                    .run();
        }
    }

    /** Updates all parameters once with their gradients times a factor, and sets these to zero. */
    void step(double scale) {
        steps++;
        List<String> names = chunks.stream().flatMap(chunk -> chunk.names().stream()).toList();
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            Program.call("step", scope)
                    .tensors(names.stream().map(this::array).toList())
                    .tensors(chunks.stream().map(chunk -> chunk.moments().mean()).toList())
                    .tensors(chunks.stream().map(chunk -> chunk.moments().variance()).toList())
                    .tensor(scope.create(settings(names, scale)))
                    .run();
        }
    }

    private double[] settings(List<String> names, double scale) {
        DoubleStream.Builder settings = DoubleStream.builder();
        settings.add(steps).add(scale);
        chunks.forEach(chunk -> settings.add(chunk.names().size()));
        names.forEach(name -> settings.add(rates.getNewValue(name, steps)));
        if (weightDecay != 0) {
            names.forEach(name -> settings.add(decay(name)));
        }
        return settings.build().toArray();
    }

    private double decay(String name) {
        boolean decays = array(name).getShape().dimension() > 1;
        return decays ? (double) rates.getNewValue(name, steps) * weightDecay : 0;
    }

    /** The TorchScript program {@code adamw.py} beside this class, loaded on first use. */
    private static final class Program {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "AdamW", NativeKernel.source(AdamW.class, "adamw.py"), Map.of());

        static NativeCall call(String method, NDManager manager) {
            return KERNEL.call(method, manager);
        }
    }
}
