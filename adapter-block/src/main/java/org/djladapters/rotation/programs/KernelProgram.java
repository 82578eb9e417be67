/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.kernel.NativeCall;
import org.djladapters.kernel.NativeKernel;

/**
 * The TorchScript programs whose methods the classes of this package call, as resources beside
 * them. Each is compiled when it is first called, once a process; each may call the functions of
 * all others by their full names, {@code __torch__.djladapters.compound.form}.
 */
final class KernelProgram {

    /** Small services on arrays. */
    static final KernelProgram ARRAYS = new KernelProgram("arrays", "Arrays");

    /** Custom backward passes. */
    static final KernelProgram BACKWARD = new KernelProgram("backward", "CustomBackward");

    /** Matrices of circulant blocks. */
    static final KernelProgram CIRCULANT = new KernelProgram("circulant", "CirculantKernel");

    /** Compound rotations. */
    static final KernelProgram COMPOUND = new KernelProgram("compound", "CompoundKernel");

    /** Matrices that are added to weights. */
    static final KernelProgram DENSE = new KernelProgram("dense", "DenseKernel");

    /** Products of low rank. */
    static final KernelProgram LOW_RANK = new KernelProgram("lowrank", "LowRankKernel");

    /** Orthogonal matrices. */
    static final KernelProgram ORTHOGONAL = new KernelProgram("orthogonal", "OrthogonalKernel");

    /** Turns of pairs of outputs. */
    static final KernelProgram PAIRS = new KernelProgram("pairs", "PairKernel");

    /** Transformed weights. */
    static final KernelProgram WEIGHTS = new KernelProgram("weights", "TransformKernel");

    private static final List<KernelProgram> ALL =
            List.of(
                    ARRAYS,
                    BACKWARD,
                    CIRCULANT,
                    COMPOUND,
                    DENSE,
                    LOW_RANK,
                    ORTHOGONAL,
                    PAIRS,
                    WEIGHTS);

    private final String file;
    private final String className;
    private NativeKernel kernel;

    private KernelProgram(String file, String className) {
        this.file = file;
        this.className = className;
    }

    /** Begins a call of a method of the program's class. */
    NativeCall call(String method, NDManager manager) {
        return kernel().call(method, manager);
    }

    private synchronized NativeKernel kernel() {
        if (kernel == null) {
            Map<String, String> others = new HashMap<>(TransformProgram.code());
            for (KernelProgram program : ALL) {
                if (program != this) {
                    others.put(
                            TransformProgram.entry(program.file),
                            TransformProgram.source(program.file));
                }
            }
            String name = "djladapters." + file + "." + className;
            kernel = NativeKernel.compile(name, TransformProgram.source(file), others);
        }
        return kernel;
    }

    /** Returns an array, or one without elements that stands for none. */
    static NDArray orEmpty(NDArray array, NDManager manager) {
        return array == null ? manager.create(new Shape(0)) : array;
    }
}
