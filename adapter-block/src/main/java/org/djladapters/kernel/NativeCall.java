/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A call of a method of a TorchScript module with its arguments, added in their sequence.
 *
 * <p>Gradients are recorded where arguments require them.
 */
public final class NativeCall {

    /** The text before the name of a method in the name of an array that is no argument. */
    public static final String METHOD = "module_method:";

    private final Block block;
    private final String method;
    private final NDManager manager;
    private final List<Function<NDManager, NDArray>> inputs = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int lists;
    private boolean shared = true;

    /** Begins a call of a method of a module as DJL loaded it; the manager owns the results. */
    public NativeCall(Block block, String method, NDManager manager) {
        this.block = block;
        this.method = method;
        this.manager = manager;
    }

    /** Adds a {@code Tensor} argument. */
    public NativeCall tensor(NDArray array) {
        return made(scope -> array);
    }

    /** Adds a {@code Tensor} argument that is made for the call and closed after it. */
    public NativeCall made(Function<NDManager, NDArray> maker) {
        inputs.add(maker);
        names.add(null);
        return this;
    }

    /**
     * Adds a {@code List[Tensor]} argument: at least one tensor, since the engine can't be given an
     * empty list. A tensor may be in the list several times, but in no other argument.
     */
    public NativeCall tensors(List<NDArray> arrays) {
        if (arrays.isEmpty()) {
            throw new IllegalArgumentException("A native method can't be given an empty list");
        }
        arrays.forEach(array -> inputs.add(scope -> array));
        names.addAll(Collections.nCopies(arrays.size(), "list" + lists++ + "[]"));
        return this;
    }

    /**
     * Says that no other thread has the arguments now. Then the call waits for no other call, and
     * no other call waits for it, which matters where it takes long.
     *
     * @return this call
     */
    public NativeCall unshared() {
        shared = false;
        return this;
    }

    /** Runs the method and returns its tensors. */
    public NDList run() {
        try (NDManager scope = manager.newSubManager()) {
            // Results go to the manager of the first input, so that comes first which only names
            // the method.
            NDList all = new NDList(scope.create(new Shape(0)));
            inputs.forEach(input -> all.add(input.apply(scope)));
            List<String> roles = new ArrayList<>(List.of(METHOD + method));
            roles.addAll(names);
            NDList results = shared ? namedAlone(all, roles, scope) : named(all, roles, scope);
            results.attach(manager);
            return results;
        }
    }

    /** Runs a method that returns one tensor. */
    public NDArray single() {
        return run().singletonOrThrow();
    }

    /** Names arrays under a lock, as other threads may have them, too. */
    private NDList namedAlone(NDList all, List<String> roles, NDManager scope) {
        synchronized (NativeCall.class) {
            return named(all, roles, scope);
        }
    }

    /** Names arrays, as the engine reads from the names how they are passed. */
    private NDList named(NDList all, List<String> roles, NDManager scope) {
        List<String> before = new ArrayList<>();
        all.forEach(array -> before.add(array.getName()));
        try {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).setName(roles.get(i));
            }
            ParameterStore store = new ParameterStore(scope, false);
            return PlainExecution.run(() -> block.forward(store, all, true));
        } finally {
            for (int i = 0; i < all.size(); i++) {
                all.get(i).setName(before.get(i));
            }
        }
    }
}
