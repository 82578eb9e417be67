/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.TaskLoss;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStepTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;
    private AdaptedModel model;
    private Adapter adapter;
    private NDManager scope;

    @BeforeEach
    void open() throws IOException {
        model = Runs.open(BERT);
        adapter = model.add("a", Runs.compound(BERT), new HeadConfig(1, HeadConfig.Pooling.MEAN));
        scope = model.model().getNDManager().newSubManager();
    }

    @AfterEach
    void close() {
        model.close();
    }

    private Batch batch(float... labels) {
        NDManager manager = scope.newSubManager();
        int size = labels.length;
        NDList inputs = new NDList();
        for (int i = 0; i < 3; i++) {
            inputs.add(manager.ones(new Shape(size, 4), DataType.INT64));
        }
        NDList targets = new NDList(manager.create(labels));
        return new Batch(manager, inputs, targets, size, Batchifier.STACK, Batchifier.STACK, 0, 1);
    }

    @Test
    void givesTheLossAndTheNormOfAllGradientsAndUpdatesLowerTheLoss() {
        TrainingStep step = TrainingStep.of(model, adapter, 1e-3f, scope);
        try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError());
                Batch batch = batch(3)) {
            TrainingStep.Gradients first = step.computeGradients(trainer, batch);
            double squares = 0;
            for (var parameter : adapter.parameters().values()) {
                try (NDArray gradient = parameter.getArray().getGradient()) {
                    squares += gradient.square().sum().getFloat();
                }
            }
            assertThat(first.norm()).isCloseTo(Math.sqrt(squares), within(1e-3 * first.norm()));
            for (int i = 0; i < 5; i++) {
                step.update(step.computeGradients(trainer, batch));
            }
            assertThat(step.computeGradients(trainer, batch).loss()).isLessThan(first.loss());
        }
    }

    @Test
    void severalBatchesGiveTheGradientsOfOneWithAllTheirExamples() {
        TrainingStep step = TrainingStep.of(model, adapter, 1e-3f, scope);
        try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError())) {
            TrainingStep.Gradients one;
            try (Batch batch = batch(3, -1, 0.5f)) {
                one = step.computeGradients(trainer, batch);
            }
            Map<String, float[]> expected = gradients(one.scale());
            clearGradients();
            Iterator<Batch> parts = List.of(batch(3, -1), batch(0.5f), batch(7)).iterator();
            TrainingStep.Gradients several = step.computeGradients(trainer, parts, 2);

            assertThat(parts.next()).isNotNull();
            assertThat(several.weight()).isEqualTo(3);
            assertThat(several.loss()).isCloseTo(one.loss(), within(1e-5 * one.loss()));
            assertThat(several.norm()).isCloseTo(one.norm(), within(1e-5 * one.norm()));
            Map<String, float[]> actual = gradients(several.scale());
            expected.forEach(
                    (name, values) ->
                            assertThat(actual.get(name))
                                    .containsExactly(values, within((float) (1e-5 * one.norm()))));
            step.update(several);
            assertThat(gradients(1).values()).allSatisfy(v -> assertThat(v).containsOnly(0));
        }
    }

    private void clearGradients() {
        adapter.parameters()
                .values()
                .forEach(
                        parameter -> {
                            try (NDArray gradient = parameter.getArray().getGradient()) {
                                gradient.muli(0);
                            }
                        });
    }

    private Map<String, float[]> gradients(double scale) {
        Map<String, float[]> gradients = new TreeMap<>();
        adapter.parameters()
                .forEach(
                        (name, parameter) -> {
                            float[] values = parameter.getArray().getGradient().toFloatArray();
                            for (int i = 0; i < values.length; i++) {
                                values[i] *= (float) scale;
                            }
                            gradients.put(name, values);
                        });
        return gradients;
    }

    @Test
    void anUpdateSetsGradientsToZero() {
        TrainingStep step = TrainingStep.of(model, adapter, 1e-3f, scope);
        try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError());
                Batch batch = batch(3)) {
            step.update(step.computeGradients(trainer, batch));
            assertThat(adapter.parameters().values())
                    .allSatisfy(
                            parameter ->
                                    assertThat(parameter.getArray().getGradient().toFloatArray())
                                            .containsOnly(0));
        }
    }

    @Test
    void aLossThatIsNotFiniteHasNoGradients() {
        TrainingStep step = TrainingStep.of(model, adapter, 1e-3f, scope);
        try (Trainer trainer = TrainingStep.newTrainer(model, TaskLoss.squaredError());
                Batch batch = batch(Float.POSITIVE_INFINITY)) {
            TrainingStep.Gradients gradients = step.computeGradients(trainer, batch);
            assertThat(gradients.loss()).isInfinite();
            assertThat(gradients.norm()).isNaN();
        }
    }

    @Test
    void refusesARateThatIsNotPositive() {
        assertThatThrownBy(() -> TrainingStep.of(model, adapter, 0, scope))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The learning rate must be positive, got 0");
    }

    @Test
    void aPreparedRunAddsTheAdapterAndTakesTheBatchesThatItsRunTrains() throws IOException {
        TextData data = Runs.texts(folder.resolve("train.tsv"), 12, "no", "yes");
        Runs.Recorder counter = new Runs.Recorder();
        FineTuner tuner =
                Runs.builder(model, BERT, data, data, folder.resolve("output"))
                        .optEpochs(1)
                        .optListener(counter)
                        .build();
        PreparedRun run = tuner.prepare();
        assertThat(folder.resolve("output")).doesNotExist();
        assertThat(model.names()).containsExactly("a");
        Adapter timed = run.addAdapter("timed", Runs.compound(BERT));
        model.activate("timed");
        TrainingStep step = TrainingStep.of(model, timed, 0.02f, scope);
        double sum = 0;
        try (Trainer trainer = run.newTrainer()) {
            for (Batch batch : run.batches().getData(scope)) {
                try (batch) {
                    TrainingStep.Gradients gradients = step.computeGradients(trainer, batch);
                    sum += gradients.loss() * batch.getSize();
                    step.update(gradients);
                }
            }
        }
        FineTuningResult result = tuner.run();

        assertThat(result.provenance().run())
                .isEqualTo(run.provenance().withOption("matmul", model.matmul()).run());
        assertThat(result.trainableParameters()).isEqualTo(timed.size());
        assertThat(model.adapter("default").parameters().keySet())
                .isEqualTo(timed.parameters().keySet());
        // both begin with a new head of two classes, which tells next to nothing
        assertThat(sum / 12).isCloseTo(counter.losses.get(0), within(0.3));
    }
}
