/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;
import org.djladapters.data.PreferenceDataset;
import org.djladapters.task.kind.TaskLoss;

/**
 * The loss of direct preference optimization: the mean of \(-\log \sigma(\beta((\pi_c - \pi_r) -
 * (\rho_c - \rho_r)))\) with the logarithms of the probabilities that the model gives the chosen
 * and the rejected response, \(\pi_c, \pi_r\), and those that the reference gives them, \(\rho_c,
 * \rho_r\). With smoothing it expects so large a share of pairs to be the other way round.
 *
 * <p>Labels are those of a {@link PreferenceDataset}, predictions the logits of its sequences.
 *
 * @see <a href="https://arxiv.org/abs/2305.18290">Rafailov et al., Direct Preference
 *     Optimization</a>
 */
final class PreferenceLoss extends Loss {

    private final double beta;
    private final double smoothing;

    PreferenceLoss(double beta, double smoothing) {
        super("direct preference optimization");
        this.beta = beta;
        this.smoothing = smoothing;
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray losses = TaskLoss.ofEachToken(labels, predictions.singletonOrThrow());
        NDArray reference = labels.get(3);
        NDArray margins = labels.get(2).matMul(losses).neg().sub(reference);
        // arrays instead of numbers, which autograd would not hold
        NDArray scale = reference.zerosLike().add(beta);
        NDList preferred = new NDList(reference.onesLike().sub(smoothing));
        return TaskLoss.binaryCrossEntropy().evaluate(preferred, new NDList(margins.mul(scale)));
    }
}
