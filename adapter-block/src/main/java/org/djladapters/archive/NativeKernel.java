/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Functions in TorchScript source that run on the native engine and take part in autograd. The
 * source declares one module class without tensors; each method is a function:
 *
 * <pre>
 * class Kernel(Module):
 *   def forward(self, x: Tensor, factors: List[Tensor]) -&gt; Tensor:
 *     for factor in factors:
 *       x = x @ factor
 *     return x
 * </pre>
 *
 * <p>A kernel may be called by several threads, as long as no array is an input of two calls at the
 * same time: the engine takes the roles of inputs from their names, which are changed for the time
 * of a call and then restored.
 */
public final class NativeKernel implements AutoCloseable {

    private static final String METHOD_PREFIX = "module_method:";

    private final Model model;
    private final NDManager manager;
    private final ParameterStore parameterStore;
    private final Map<String, NDArray> methods = new ConcurrentHashMap<>();

    private NativeKernel(Model model) {
        this.model = model;
        this.manager = model.getNDManager().newSubManager();
        this.parameterStore = new ParameterStore(manager, false);
    }

    /**
     * An argument of a method: one tensor, or a list of tensors ({@code List[Tensor]}).
     *
     * @param arrays the tensors
     * @param isList whether the argument is a list
     */
    public record Argument(NDList arrays, boolean isList) {

        /**
         * Returns an argument that is a tensor.
         *
         * @param array the tensor
         * @return the argument
         */
        public static Argument of(NDArray array) {
            return new Argument(new NDList(array), false);
        }

        /**
         * Returns an argument that is a list of tensors.
         *
         * @param arrays the tensors, at least one: the engine can't be given an empty list
         * @return the argument
         */
        public static Argument list(NDList arrays) {
            if (arrays.isEmpty()) {
                throw new IllegalArgumentException("A kernel can't be given an empty list.");
            }
            return new Argument(arrays, true);
        }
    }

    /**
     * Loads a kernel from a text resource.
     *
     * @param anchor a class of the package that the resource belongs to
     * @param resource the resource's name as for {@link Class#getResourceAsStream}
     * @param device where the kernel runs
     * @return the kernel, to be closed by the caller
     * @throws IllegalArgumentException if there is no such resource or it doesn't compile; the
     *     message is the engine's
     */
    public static NativeKernel load(Class<?> anchor, String resource, Device device) {
        try (InputStream in = anchor.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "There is no resource " + resource + " beside " + anchor.getName() + ".");
            }
            String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return compile(resource, source, device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Compiles a kernel.
     *
     * @param name what the source is called in messages
     * @param source the text, with one module class
     * @param device where the kernel runs
     * @return the kernel, to be closed by the caller
     * @throws IllegalArgumentException if the source doesn't compile; the message is the engine's
     */
    public static NativeKernel compile(String name, String source, Device device) {
        try {
            List<String> classes = ScriptArchive.moduleClasses(source);
            if (classes.size() != 1) {
                throw new IllegalArgumentException(
                        "The kernel " + name + " must declare one module class: " + classes + ".");
            }
            String className = classes.get(0);
            Path folder = Files.createTempDirectory("kernel");
            Path file = folder.resolve(className + ".pt");
            try {
                ScriptArchive.builder(className, source).write(file);
                return load(name, file, className, device);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (ArchiveException e) {
            throw new IllegalArgumentException("The kernel " + name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NativeKernel load(String name, Path file, String className, Device device)
            throws IOException {
        Model model = Model.newInstance(className, device, "PyTorch");
        try {
            // Without the option the engine runs in inference mode and no gradients flow.
            model.load(file.getParent(), className, Map.of("trainParam", "true"));
            return new NativeKernel(model);
        } catch (MalformedModelException | EngineException e) {
            model.close();
            throw new IllegalArgumentException(
                    "The kernel " + name + " does not compile: " + e.getMessage().strip(), e);
        }
    }

    /**
     * Calls {@code forward} with one tensor for each of its arguments.
     *
     * @param inputs the tensors, at least one; their names don't matter
     * @param training whether gradients shall flow; results of a call without can't take part in
     *     autograd later either
     * @return the result; a tuple or list gives several arrays; attached to the manager of the
     *     first input
     */
    public NDList call(NDList inputs, boolean training) {
        return call("forward", training, inputs.stream().map(Argument::of).toList());
    }

    /**
     * Calls a method.
     *
     * @param method the method's name
     * @param training whether gradients shall flow; results of a call without can't take part in
     *     autograd later either
     * @param arguments the arguments, at least one
     * @return the result; a tuple or list gives several arrays; attached to the manager of the
     *     first input
     */
    public NDList call(String method, boolean training, Argument... arguments) {
        return call(method, training, List.of(arguments));
    }

    private NDList call(String method, boolean training, List<Argument> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("A kernel can't be called without arguments.");
        }
        IdentityHashMap<NDArray, String> roles = new IdentityHashMap<>();
        IdentityHashMap<NDArray, String> names = new IdentityHashMap<>();
        NDList inputs = new NDList();
        for (int i = 0; i < arguments.size(); i++) {
            String role = arguments.get(i).isList() ? "list" + i + "[]" : "";
            for (NDArray array : arguments.get(i).arrays()) {
                String other = roles.put(array, role);
                if (other != null && !other.equals(role)) {
                    throw new IllegalArgumentException(
                            "An array can't be in two list arguments of a kernel; pass a view.");
                }
                names.put(array, array.getName());
                inputs.add(array);
            }
        }
        if (!method.equals("forward")) {
            inputs.add(methods.computeIfAbsent(method, this::methodMarker));
        }
        try {
            roles.forEach((array, role) -> array.setName(role.isEmpty() ? null : role));
            return model.getBlock().forward(parameterStore, inputs, training);
        } finally {
            names.forEach((array, name) -> array.setName(name));
        }
    }

    /** Makes the array whose name tells the engine which method is called; it is no argument. */
    private NDArray methodMarker(String method) {
        NDArray marker = manager.create(0f);
        marker.setName(METHOD_PREFIX + method);
        return marker;
    }

    @Override
    public void close() {
        model.close();
    }
}
