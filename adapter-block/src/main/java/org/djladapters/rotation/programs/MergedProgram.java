/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.archive.Call;
import org.djladapters.kernel.NativeKernel;

/**
 * The TorchScript functions {@code linear}, {@code matmul} and {@code addmm} of merged models: what
 * the operators of those names give, of large products by way of oneDNN on CPUs with AVX-512. Their
 * last argument is the number of rows from which on.
 *
 * <p>They consist of operators that PyTorch has had since 2.1 in every build, since a merged model
 * goes to other machines.
 */
public final class MergedProgram {

    /** How a program calls the functions, before their names. */
    public static final String PREFIX = "__torch__.djladapters.merged.";

    /** The entry of an archive that holds the functions. */
    public static final String ENTRY = "code/__torch__/djladapters/merged.py";

    /** Convolutions of fewer rows are not faster than the engine's own product. */
    public static final int LEAST_ROWS = 64;

    private static final String TORCH = "torch.";
    private static final Set<String> FUNCTIONS = Set.of("linear", "matmul", "addmm");

    private MergedProgram() {}

    /**
     * The source text of the functions.
     *
     * @return TorchScript source
     */
    public static String source() {
        return NativeKernel.source(MergedProgram.class, "merged.py");
    }

    /**
     * Makes the call of a function that takes the place of an operator.
     *
     * @param operator a call of {@code torch.linear} with two or three arguments, or of {@code
     *     torch.matmul}, {@code torch.mm} or {@code torch.addmm} with a matrix as the last one
     * @param rows the number of rows of inputs from which on the product is oneDNN's
     * @return the text of the call
     * @throws IllegalArgumentException if it is a call of something else
     */
    public static String call(Call operator, int rows) {
        List<String> arguments = new ArrayList<>(operator.arguments());
        String function =
                switch (operator.function()) {
                    case "torch.linear" -> "linear";
                    case "torch.matmul", "torch.mm" -> "matmul";
                    case "torch.addmm" -> "addmm";
                    default ->
                            throw new IllegalArgumentException(
                                    operator.function() + " is not the product of a linear layer");
                };
        if (function.equals("linear") && arguments.size() == 2) {
            arguments.add("None");
        }
        arguments.add(String.valueOf(rows));
        return PREFIX + function + "(" + String.join(", ", arguments) + ")";
    }

    /**
     * Finds what a call stands for.
     *
     * @param call a call in a program
     * @return the operator that one of the functions has taken the place of; any other call as it
     *     is
     */
    public static Call original(Call call) {
        int last = call.arguments().size() - 1;
        String function =
                call.function().startsWith(PREFIX)
                        ? call.function().substring(PREFIX.length())
                        : "";
        return FUNCTIONS.contains(function) && last >= 0
                ? new Call(TORCH + function, call.arguments().subList(0, last))
                : call;
    }
}
