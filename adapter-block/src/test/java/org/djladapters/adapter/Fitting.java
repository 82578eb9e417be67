/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.List;

/** Fits blocks to a fixed linear map of eight features to twelve with the stock Trainer. */
public final class Fitting {

    public static final int IN = 8;
    public static final int OUT = 12;

    private Fitting() {}

    public static Model model(Block block) {
        Model model = Model.newInstance("fitting", "PyTorch");
        model.getNDManager().getEngine().setRandomSeed(5);
        model.setBlock(block);
        return model;
    }

    /** Trains and returns the loss before and after. */
    public static List<Double> fit(Model model, Optimizer optimizer, int epochs, Shape input)
            throws IOException, TranslateException {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer);
        try (Trainer trainer = model.newTrainer(config);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            trainer.initialize(input);
            ArrayDataset data = data(manager, input);
            double before = loss(trainer, data);
            EasyTrain.fit(trainer, epochs, data, null);
            return List.of(before, loss(trainer, data));
        }
    }

    private static ArrayDataset data(NDManager manager, Shape input) {
        long features = input.get(input.dimension() - 1);
        long[] shape = input.getShape();
        shape[0] = 32;
        NDArray x = manager.randomNormal(new Shape(shape));
        NDArray y = x.matMul(manager.randomNormal(new Shape(features, OUT)));
        return new ArrayDataset.Builder().setData(x).optLabels(y).setSampling(16, false).build();
    }

    private static double loss(Trainer trainer, ArrayDataset data)
            throws IOException, TranslateException {
        double sum = 0;
        for (Batch batch : trainer.iterateDataset(data)) {
            NDList predictions = trainer.evaluate(batch.getData());
            sum += trainer.getLoss().evaluate(batch.getLabels(), predictions).getFloat();
            batch.close();
        }
        return sum;
    }

    /** The outputs of a block without training. */
    public static NDArray output(Block block, NDArray x) {
        return block.forward(new ParameterStore(x.getManager(), false), new NDList(x), false)
                .singletonOrThrow();
    }
}
