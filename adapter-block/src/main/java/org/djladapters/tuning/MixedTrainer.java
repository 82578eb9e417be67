/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.djladapters.adapter.Adapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.RowTraining;
import org.djladapters.model.pass.RowTraining.TrainedRows;

/**
 * Trains several adapters over one base model at once: every row of a batch belongs to one of them,
 * as the requests of several customers do.
 *
 * <pre>{@code
 * try (MixedTrainer trainer =
 *         MixedTrainer.builder().setModel(model).setLoss(Loss.softmaxCrossEntropyLoss()).build()) {
 *     Map<String, Float> losses = trainer.step(inputs, labels, List.of("tickets", "orders", "tickets"));
 * }
 * }</pre>
 *
 * <p>A step is what each adapter's own step with its own rows would be: its loss is the mean over
 * its rows, its gradients are clipped to a norm of their own, and AdamW keeps moments and a number
 * of updates for each. Adapters without a row in a batch stay as they are, and one whose loss is
 * not finite leaves the others alone. Only the pass through the base model is shared.
 *
 * <p>The adapters may differ in method, targets and heads. They act on activations of linear
 * layers; an adapter that changes anything else, such as an embedding, a convolution or a module
 * that is trained in full, is refused. Predictions of other threads see the parameters before a
 * step or after it. Not safe for several threads itself.
 */
public final class MixedTrainer implements AutoCloseable {

    private final AdaptedModel model;
    private final RowTraining training;
    private final Loss loss;
    private final float learningRate;
    private final float weightDecay;
    private final double maxGradNorm;
    private final NDManager manager;
    private final Map<Adapter, Optimizer> optimizers = new LinkedHashMap<>();

    /** The optimizer of an adapter and the owner of its moments. */
    private record Optimizer(AdamW adamW, NDManager owner) {}

    private MixedTrainer(Builder builder) {
        model = builder.model;
        training = model.rowTraining();
        loss = builder.loss;
        learningRate =
                builder.settings.find(TrainingSettings.LEARNING_RATE).orElse(1e-3).floatValue();
        weightDecay = builder.settings.get(TrainingSettings.WEIGHT_DECAY).floatValue();
        maxGradNorm = builder.settings.get(TrainingSettings.MAX_GRAD_NORM);
        manager = model.model().getNDManager().newSubManager();
        training.begin(manager);
    }

    /** Starts a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes one step of every adapter that has a row.
     *
     * @param inputs the inputs in the order of {@link AdaptedModel#inputNames()}, with the batch as
     *     first axis
     * @param labels what the loss takes as labels, with the batch as first axis
     * @param adapterOfRow the name of an adapter for every row
     * @return the mean loss of its rows by adapter, in the order of their first rows; an adapter
     *     whose loss or gradient is not finite was not updated
     * @throws IllegalArgumentException if there are not as many names as rows, or no adapter of a
     *     name
     * @throws IllegalStateException if an adapter changes what all rows share, or adapters are
     *     merged or disabled; nothing has changed then
     */
    public Map<String, Float> step(NDList inputs, NDList labels, List<String> adapterOfRow) {
        Map<String, Float> losses = new LinkedHashMap<>();
        Map<String, Adapter> adapters = new LinkedHashMap<>();
        try (NDManager scope = manager.newSubManager()) {
            NDList owned = attached(inputs, scope);
            try (GradientCollector collector = training.newCollector()) {
                ParameterStore store = new ParameterStore(manager, false);
                Map<String, TrainedRows> trained = training.run(store, owned, labels, adapterOfRow);
                trained.forEach((name, rows) -> adapters.put(name, rows.adapter()));
                NDArray sum = null;
                for (Map.Entry<String, TrainedRows> entry : trained.entrySet()) {
                    TrainedRows rows = entry.getValue();
                    NDArray own = loss.evaluate(rows.labels(), rows.outputs());
                    losses.put(entry.getKey(), own.getFloat());
                    sum = sum == null ? own : sum.add(own);
                }
                collector.backward(sum);
            }
        }
        model.update(() -> adapters.forEach((name, adapter) -> update(adapter, losses.get(name))));
        return losses;
    }

    /** Returns views of the inputs in a scope, which then owns what is computed from them. */
    private static NDList attached(NDList inputs, NDManager scope) {
        NDList owned = new NDList();
        for (NDArray input : inputs) {
            NDArray view = input.stopGradient();
            view.setName(input.getName());
            view.attach(scope);
            owned.add(view);
        }
        return owned;
    }

    /** Leaves an adapter alone that was deleted or replaced since the pass. */
    private void update(Adapter adapter, float loss) {
        if (!model.names().contains(adapter.name()) || model.adapter(adapter.name()) != adapter) {
            Optimizer gone = optimizers.remove(adapter);
            if (gone != null) {
                gone.owner().close();
            }
            return;
        }
        AdamW optimizer = optimizers.computeIfAbsent(adapter, this::newOptimizer).adamW();
        double norm = optimizer.gradientNorm();
        if (Float.isFinite(loss) && Double.isFinite(norm)) {
            optimizer.step(AdamW.clipping(norm, maxGradNorm));
        } else {
            optimizer.clearGradients();
        }
    }

    private Optimizer newOptimizer(Adapter adapter) {
        NDManager owner = manager.newSubManager();
        AdamW adamW =
                new AdamW(adapter.parameters(), (id, update) -> learningRate, weightDecay, owner);
        return new Optimizer(adamW, owner);
    }

    /** Releases the optimizers' states; the adapters stay. */
    @Override
    public void close() {
        if (manager.isOpen()) {
            training.end(manager);
            manager.close();
        }
    }

    /** Collects what a {@link MixedTrainer} needs. */
    public static final class Builder extends OptimizerBuilder<Builder> {

        private AdaptedModel model;
        private Loss loss;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Sets the model. */
        public Builder setModel(AdaptedModel model) {
            this.model = model;
            return this;
        }

        /** Sets the loss, the mean over the rows of an adapter. */
        public Builder setLoss(Loss loss) {
            this.loss = loss;
            return this;
        }

        /** Makes the trainer. */
        public MixedTrainer build() {
            Objects.requireNonNull(model, "A trainer needs a model; call setModel");
            Objects.requireNonNull(loss, "A trainer needs a loss; call setLoss");
            return new MixedTrainer(this);
        }
    }
}
