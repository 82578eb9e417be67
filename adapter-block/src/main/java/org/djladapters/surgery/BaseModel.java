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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.TargetModule;
import org.djladapters.matmul.Matmul;
import org.djladapters.rotation.CustomBackward;

/** A frozen base model whose weights can be stood in for. Not safe for threads by itself. */
public interface BaseModel extends AutoCloseable {

    /** The manager that lives as long as the model, on the model's device. */
    NDManager manager();

    /** The names of the inputs in their order, empty if unknown. */
    List<String> inputNames();

    /** The last of these that may be left out. */
    default List<String> optionalInputs() {
        return List.of();
    }

    /** The names of the outputs, empty if unknown. */
    default List<String> outputNames() {
        return List.of();
    }

    /**
     * The path of a pooler that no pass runs unless it is asked for {@code pooler_output} besides
     * {@link #outputNames}; empty if there is none.
     */
    default Optional<String> pooler() {
        return Optional.empty();
    }

    /** Everything that can be adapted, in the order of the model. */
    List<TargetModule> targetModules();

    /** The paths of all modules. */
    List<String> modules();

    /** The base model's own parameters by name, detached. */
    Map<String, NDArray> parameters();

    /** The names of the other parameters that share the tensor of one in the model's file. */
    default List<String> tied(String parameter) {
        return List.of();
    }

    /** The number of the base model's own parameters, those of tied weights counted once. */
    long size();

    /**
     * Replaces what was placed before. The arrays may be closed after the next assignment, for
     * sockets and weights of recorded forward passes even then.
     */
    void assign(Placements placements);

    /**
     * Makes weights the base model's own and takes out everything that was placed. The arrays are
     * copied, or they get the base model as owner; those of {@link #parameters()} that they replace
     * are released.
     */
    void keep(Map<String, NDArray> weights);

    /**
     * The modules whose inputs hold the rows of a batch one after another, so that groups of rows
     * can have transforms of their own there. Found by a pass of equal rows when it is first asked.
     *
     * @param inputs a batch, of which the first row is tried
     * @return the modules; none where that can't be told
     */
    default Set<TargetModule> rowModules(ParameterStore store, NDList inputs) {
        return Set.of();
    }

    /**
     * Makes another model of the same weights, in which other things can be placed: a pass of it
     * and one of this run at once. It sees nothing of what {@link #keep} and {@link #choose} do
     * here later.
     *
     * @return the replica, which has only its program and what is placed for itself; nothing if
     *     there is none
     */
    default Optional<BaseModel> replica() {
        return Optional.empty();
    }

    /** Tells whether passes leave what is placed alone, so that several may run at once. */
    default boolean isReady() {
        return true;
    }

    /**
     * Runs the model with what is placed.
     *
     * @param pooled whether to give {@code pooler_output} too, for models with a {@link #pooler}
     */
    NDList forward(ParameterStore store, NDList inputs, boolean training, boolean pooled);

    /** Tells whether the model's program has a method besides its pass. */
    default boolean hasMethod(String name) {
        return false;
    }

    /**
     * Runs a method of the program with what is placed, as a pass.
     *
     * @param owner the owner of the results
     * @param tensors the arguments that are single tensors, which come first
     * @param list the last argument, a list of tensors; empty if the method takes none
     * @return the tensors that it returns
     */
    default NDList call(String method, NDManager owner, List<NDArray> tensors, List<NDArray> list) {
        throw new UnsupportedOperationException();
    }

    /**
     * Chooses how the products of linear layers are computed from now on; called between passes.
     *
     * @throws IllegalArgumentException if there is nothing to choose here
     */
    default void choose(Matmul matmul) {}

    /** The shapes of the outputs, empty if only a pass can tell. */
    default Optional<Shape[]> outputShapes(Shape[] inputShapes) {
        return Optional.empty();
    }

    /**
     * Tells whether training passes can be recorded, and custom backward passes be placed for them.
     */
    default boolean records() {
        return false;
    }

    /**
     * Runs a training pass with what is placed and records it for {@link #backward}.
     *
     * @param pass a number that no other recorded pass has
     * @param pooled as for {@link #forward}
     * @return the outputs, where the engine's backward pass ends; nothing if the model changes in
     *     place what a backward pass would need
     */
    default Optional<NDList> record(
            ParameterStore store, NDList inputs, long pass, boolean pooled) {
        throw new UnsupportedOperationException();
    }

    /**
     * Goes on with a backward pass that has come to the outputs of a recorded pass, and forgets the
     * pass.
     *
     * @param owner the owner of what is found
     * @return what the pass saved of every use of the layers with custom backward passes, computed
     *     as their {@link CustomBackward.Task}s say; nothing, and nothing is forgotten, if no
     *     gradient of an output is there
     */
    default Optional<Map<TargetModule, List<NDList>>> backward(long pass, NDManager owner) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether recorded passes keep only what goes into layers and {@link #backward} runs
     * these again. It places what the pass had then, and leaves nothing placed; what is placed in a
     * recorded pass has to live until then.
     */
    default boolean checkpoints() {
        return false;
    }

    /** Forgets a recorded pass. */
    default void forget(long pass) {}

    @Override
    void close();
}
