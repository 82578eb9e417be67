/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.Map;
import java.util.Optional;
import org.djladapters.matmul.Matmul;

/**
 * A frozen model to which weights and transforms can be applied. Models of TorchScript also have
 * {@link #recorder}, {@link #methods}, {@link #rowModules} and {@link #replica}. Not safe for
 * threads by itself.
 */
public interface BaseModel extends AutoCloseable {

    /** Returns the manager that lives as long as the model, on the model's device. */
    NDManager manager();

    ModelFacts facts();

    /** Returns the base model's own parameters by name, detached. */
    Map<String, NDArray> parameters();

    /**
     * Applies weights and transforms in place of what was applied before. The arrays may be closed
     * after the next call, those that a recorded pass has seen even then.
     */
    void apply(Applied applied);

    /**
     * Makes weights the base model's own, with nothing applied. The arrays are copied, or the base
     * model becomes their owner; those of {@link #parameters()} that they replace are released.
     */
    void keep(Map<String, NDArray> weights);

    /** Chooses how the products of linear layers are computed in all passes from now on. */
    void choose(Matmul matmul);

    /** Tells whether passes leave alone what is applied, so that several may run at once. */
    boolean isReady();

    /** Runs the model with what is applied; {@code pooled} asks for {@code pooler_output} too. */
    NDList forward(ParameterStore store, NDList inputs, boolean training, boolean pooled);

    /** Returns the shapes of the outputs, empty if only a pass can tell. */
    Optional<Shape[]> outputShapes(Shape[] inputShapes);

    /** Returns the recorder of training passes, without which autograd has to see all of them. */
    default Optional<PassRecorder> recorder() {
        return Optional.empty();
    }

    /** Returns the methods that the model's program has besides its pass. */
    default Optional<ProgramMethods> methods() {
        return Optional.empty();
    }

    /** Returns where groups of rows can have transforms of their own; nowhere if empty. */
    default Optional<RowModules> rowModules() {
        return Optional.empty();
    }

    /**
     * Makes another model of the same weights, to which other things can be applied: a pass of it
     * and one of this run at once. It sees nothing of what {@link #keep} and {@link #choose} do
     * here later.
     */
    default Optional<BaseModel> replica() {
        return Optional.empty();
    }

    @Override
    void close();
}
