/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.kernel;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.io.TemporaryFolder;

/**
 * A stateless program for the native engine, written as TorchScript source and compiled when it is
 * loaded.
 *
 * <p>It has no tensors of its own and so runs on whatever device its inputs are on. Gradients are
 * recorded where inputs require them; pass detached inputs for inference. Calls from several
 * threads are safe.
 */
public final class NativeKernel implements AutoCloseable {

    private static final String NAME = "kernel";

    private final Model model;

    private NativeKernel(Model model) {
        this.model = model;
    }

    /**
     * Compiles a class.
     *
     * @param className the name of the class in the source, after those of the packages and the
     *     file it is in ({@code tools.math.Scale}), if others call what the source holds
     * @param source the text of the class, with its {@code __parameters__} and {@code __buffers__}
     *     (both empty) and a {@code training : bool}
     * @param code further source texts by the entries of the archive that hold them, such as {@code
     *     code/__torch__/tools/math.py}, whose functions are called as {@code
     *     __torch__.tools.math.f(x)}
     * @throws ai.djl.engine.EngineException if the source does not compile; the message shows the
     *     place
     */
    public static NativeKernel compile(String className, String source, Map<String, String> code) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            ScriptArchive.Builder archive = ScriptArchive.builder(className, source);
            code.forEach(archive::optCode);
            archive.write(folder.path().resolve(NAME + ".pt"));
            return new NativeKernel(load(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The native kernel could not be written to the temporary folder", e);
        } catch (MalformedModelException e) {
            throw new IllegalStateException("The native kernel could not be loaded", e);
        }
    }

    private static Model load(TemporaryFolder folder) throws IOException, MalformedModelException {
        Model model = PyTorch.newModel(NAME, Device.cpu());
        try {
            // otherwise the engine loads for inference only, without gradients
            model.load(folder.path(), NAME, Map.of("trainParam", "true"));
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Returns a source text that lies beside a class. */
    public static String source(Class<?> anchor, String name) {
        try (InputStream in = anchor.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The resource %s next to %s is missing".formatted(name, anchor.getName()));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + name + " can't be read", e);
        }
    }

    /**
     * Begins a call of a method, to which arguments are added in their sequence; the manager owns
     * the results.
     */
    public NativeCall call(String method, NDManager manager) {
        return new NativeCall(model.getBlock(), method, manager);
    }

    /** Releases the program. */
    @Override
    public void close() {
        model.close();
    }
}
