/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.archive.Call;
import org.djladapters.io.Internal;
import org.djladapters.kernel.NativeKernel;

/**
 * The TorchScript functions {@code linear}, {@code matmul} and {@code addmm} of merged models: what
 * the operators of those names give, computed by oneDNN where that is faster. Their last argument
 * is the number of rows from which on.
 */
@Internal
public enum MergedProgram {
    /**
     * Functions of operators that PyTorch has had since 2.1 in every build, since a merged model
     * goes to other machines: large products are convolutions, on CPUs with AVX-512.
     */
    PORTABLE("merged"),

    /**
     * Functions of the operator that adapted models use, {@code mkldnn::_linear_pointwise}, for
     * weights that lie column by column. Engines without oneDNN do not open the model.
     */
    ONEDNN("merged_onednn");

    private static final String TORCH = "torch.";
    private static final Set<String> FUNCTIONS = Set.of("linear", "matmul", "addmm");

    private final String file;

    MergedProgram(String file) {
        this.file = file;
    }

    /** Returns how a program calls the functions, before their names. */
    public String prefix() {
        return "__torch__.djladapters." + file + ".";
    }

    /** Returns the entry of an archive that holds the functions. */
    public String entry() {
        return "code/__torch__/djladapters/" + file + ".py";
    }

    /** Returns the source text of the functions. */
    public String source() {
        return NativeKernel.source(MergedProgram.class, file + ".py");
    }

    /**
     * Returns the call of a function that takes the place of an operator.
     *
     * @param operator a call of {@code torch.linear} with two or three arguments, or of {@code
     *     torch.matmul}, {@code torch.mm} or {@code torch.addmm} with a matrix as the last one
     * @param rows the number of rows of inputs from which on the product is oneDNN's
     */
    public String call(Call operator, int rows) {
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
        return prefix() + function + "(" + String.join(", ", arguments) + ")";
    }

    /**
     * Returns the operator that one of the functions has taken the place of; any other call as it
     * is.
     */
    public static Call original(Call call) {
        Optional<String> prefix =
                Stream.of(values())
                        .map(MergedProgram::prefix)
                        .filter(call.function()::startsWith)
                        .findFirst();
        int last = call.arguments().size() - 1;
        String function = prefix.map(p -> call.function().substring(p.length())).orElse("");
        return FUNCTIONS.contains(function) && last >= 0
                ? new Call(TORCH + function, call.arguments().subList(0, last))
                : call;
    }
}
