/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.djladapters.kernel.LargeStack;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.PlainExecution;

/** The last step of a pass in Java: calls the forward pass or another method of the program. */
public final class ProgramMethods {

    /** The pass of a program that also gives what the pooler makes of the results. */
    static final String FORWARD_POOLED = "forward_pooled";

    private final Block block;
    private final NDManager manager;
    private final Set<String> names;

    /** The methods that the engine has compiled. */
    private final Set<String> called = ConcurrentHashMap.newKeySet();

    ProgramMethods(Block block, NDManager manager, Set<String> names) {
        this.block = block;
        this.manager = manager;
        this.names = names;
    }

    /** Tells whether the program has a method. */
    public boolean has(String name) {
        return names.contains(name);
    }

    /**
     * Runs a method of the program with what is applied to the model.
     *
     * @param tensors the arguments that are single tensors, which come first
     * @param list the last argument, a list of tensors; empty if the method takes none
     */
    public NDList call(String method, NDManager owner, List<NDArray> tensors, List<NDArray> list) {
        NativeCall call = new NativeCall(block, method, owner).unshared();
        tensors.forEach(call::tensor);
        if (!list.isEmpty()) {
            call.tensors(list);
        }
        return compiled(method, call::run);
    }

    /** Runs a method that takes a list and may share it with other threads. */
    NDList call(String method, NDManager owner, List<NDArray> values) {
        return new NativeCall(block, method, owner).tensors(values).run();
    }

    NDList backward(NDArray number, NDManager owner) {
        return new NativeCall(block, SocketMethods.BACKWARD, owner)
                .tensors(List.of(number))
                .unshared()
                .run();
    }

    /** Runs a method for what it does to the program. */
    void run(String method, List<NDArray> values) {
        try (NDManager scope = manager.newSubManager()) {
            call(method, scope, values);
        }
    }

    /** Runs a method of one truth value. */
    void run(String method, boolean value) {
        try (NDManager scope = manager.newSubManager()) {
            run(method, List.of(scope.create(value)));
        }
    }

    /** Runs the pass, or the one that gives {@code pooler_output} too. */
    NDList forward(ParameterStore store, NDList inputs, boolean pooled) {
        if (!pooled) {
            return pass(store, inputs);
        }
        // only names the method
        try (NDArray name = inputs.get(0).getManager().create(new Shape(0))) {
            name.setName(NativeCall.METHOD + FORWARD_POOLED);
            NDList named = new NDList(name);
            named.addAll(inputs);
            return compiled(FORWARD_POOLED, () -> pass(store, named));
        }
    }

    private NDList pass(ParameterStore store, NDList inputs) {
        return PlainExecution.run(() -> block.forward(store, inputs, true));
    }

    /** Runs a method, the first time with room to compile it, as deep as its calls. */
    private NDList compiled(String method, Supplier<NDList> call) {
        if (called.contains(method)) {
            return call.get();
        }
        NDList results = deep(call);
        called.add(method);
        return results;
    }

    /** Runs a pass in a thread with room for its compilation. */
    static NDList deep(Supplier<NDList> pass) {
        try {
            return LargeStack.call(pass::get);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // a pass throws nothing else
        }
    }

    /** Makes a number that a program reads on the CPU. */
    static NDArray number(long value, NDManager scope) {
        return onCpu(scope.create(value));
    }

    static NDArray onCpu(NDArray array) {
        return array.toDevice(Device.cpu(), false);
    }
}
