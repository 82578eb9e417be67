/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.kernel.NativeKernel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.TaskOptions;

/**
 * A task of classes that is learned from labels and from a teacher's logits. The loss is \((1 - w)
 * L + w T^2 \mathrm{KL}(\mathrm{softmax}(t / T) \| \mathrm{softmax}(z / T))\) with the loss L of
 * the labels, the logits z and those of the teacher t, a temperature T and a weight w; the
 * divergence is the mean of the examples.
 *
 * @see <a href="https://arxiv.org/abs/1503.02531">Hinton et al., Distilling the knowledge in a
 *     neural network</a>
 */
record DistilledTask(Task student, double temperature, double weight) implements Task {

    @Override
    public Loss loss() {
        Loss hard = student.loss();
        return new Loss("distillation") {
            @Override
            public NDArray evaluate(NDList labels, NDList predictions) {
                int last = labels.size() - 1;
                NDArray own = hard.evaluate(new NDList(labels.subList(0, last)), predictions);
                return mixed(own, predictions.singletonOrThrow(), labels.get(last));
            }
        };
    }

    private NDArray mixed(NDArray own, NDArray logits, NDArray taught) {
        NDManager manager = logits.getManager();
        try (NDManager scope = manager.newSubManager(Device.cpu())) {
            return Program.KERNEL
                    .call("mixed", manager)
                    .tensor(own)
                    .tensor(logits)
                    .tensor(taught)
                    .tensor(scope.create(new double[] {temperature, weight}))
                    .single();
        }
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>(student.options());
        options.put("teacher_temperature", temperature);
        options.put("teacher_weight", weight);
        return options;
    }

    @Override
    public TaskKind kind() {
        return student.kind();
    }

    @Override
    public BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        return student.dataset(model, data, batching);
    }

    @Override
    public void beginEpoch(AdaptedModel model, BatchedDataset dataset) throws IOException {
        student.beginEpoch(model, dataset);
    }

    @Override
    public float backward(Trainer trainer, Batch batch) {
        return student.backward(trainer, batch);
    }

    @Override
    public double weight(Batch batch) {
        return student.weight(batch);
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        return student.measure(model, data, batchSize);
    }

    @Override
    public void initialize(Parameter bias, LabelledData train) {
        student.initialize(bias, train);
    }

    @Override
    public boolean trainsHead() {
        return student.trainsHead();
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return student.outputLabels();
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return student.translators(inputs);
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return student.serving(directory, inputNames);
    }

    @Override
    public Optional<ScoreActivation> scoreActivation() {
        return student.scoreActivation();
    }

    @Override
    public void describe(JsonObject config) {
        student.describe(config);
    }

    @Override
    public void remark(TaskOptions run) throws IOException {
        student.remark(run);
    }

    @Override
    public Map<String, ?> measured(AdaptedModel model, LabelledData dev, int batchSize)
            throws IOException {
        return student.measured(model, dev, batchSize);
    }

    /** The TorchScript program, loaded on first use. */
    private static final class Program {

        static final NativeKernel KERNEL =
                NativeKernel.compile(
                        "djladapters.distillation.Distillation",
                        NativeKernel.source(DistilledTask.class, "distillation.py"),
                        Map.of());
    }
}
