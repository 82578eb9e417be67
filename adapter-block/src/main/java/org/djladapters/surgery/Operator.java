/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.Call;
import org.djladapters.rotation.programs.TransformProgram;

/** The operators of TorchScript programs that a socket can take the place of. */
enum Operator {
    /** torch.linear(x, weight[, bias]). */
    LINEAR("torch.linear", "linear", 1),
    /** torch.addmm(bias, x, weight). */
    ADDMM("torch.addmm", "addmm", 2),
    /** torch.matmul(x, weight). */
    MATMUL("torch.matmul", "matmul", 1),
    /** torch.mm(x, weight). */
    MM("torch.mm", "matmul", 1),
    /** torch._convolution(x, weight, bias, stride, padding, dilation, transposed, ...). */
    CONV2D("torch._convolution", "convolution", 1),
    /** torch.embedding(weight, ids[, padding, scaled, sparse]). */
    EMBEDDING("torch.embedding", "embedding", 0);

    /** The defaults of torch.embedding: no padding, not scaled, not sparse. */
    private static final List<String> EMBEDDING_DEFAULTS = List.of("-1", "False", "False");

    private static final int CONVOLUTION_ARGUMENTS = 13;
    private static final int STRIDE = 3;
    private static final int TRANSPOSED = 6;
    private static final int GROUPS = 8;

    private final String operator;
    private final String function;
    private final int weightArgument;

    Operator(String operator, String function, int weightArgument) {
        this.operator = operator;
        this.function = function;
        this.weightArgument = weightArgument;
    }

    /** Finds the operator that a call calls, if a socket can serve the call. */
    static Optional<Operator> of(Call call) {
        for (Operator candidate : values()) {
            if (candidate.operator.equals(call.function()) && candidate.serves(call.arguments())) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private boolean serves(List<String> arguments) {
        return switch (this) {
            case LINEAR -> arguments.size() == 2 || arguments.size() == 3;
            case ADDMM -> arguments.size() == 3;
            case MATMUL, MM -> arguments.size() == 2;
            case EMBEDDING -> arguments.size() >= 2 && arguments.size() <= 5;
            // two-dimensional, not transposed, with one group
            case CONV2D ->
                    arguments.size() == CONVOLUTION_ARGUMENTS
                            && arguments.get(STRIDE).split(",").length == 2
                            && arguments.get(TRANSPOSED).equals("False")
                            && arguments.get(GROUPS).equals("1");
        };
    }

    /** Returns the kind of a module with this operator, whose weight may be transposed. */
    Optional<WeightSpec.Kind> kind(boolean turned) {
        return switch (this) {
            case LINEAR -> turned ? Optional.empty() : Optional.of(WeightSpec.Kind.LINEAR);
            case CONV2D -> turned ? Optional.empty() : Optional.of(WeightSpec.Kind.CONV2D);
            case EMBEDDING -> turned ? Optional.empty() : Optional.of(WeightSpec.Kind.EMBEDDING);
            case ADDMM, MATMUL, MM ->
                    Optional.of(turned ? WeightSpec.Kind.LINEAR : WeightSpec.Kind.CONV1D);
        };
    }

    /** Returns the call of {@link TransformProgram} that takes the place of a call in a module. */
    String replacement(Call call, String weight, String module) {
        List<String> arguments = new ArrayList<>(call.arguments());
        arguments.set(weightArgument, weight);
        if (this == LINEAR && arguments.size() == 2) {
            arguments.add("None");
        } else if (this == EMBEDDING) {
            arguments.addAll(EMBEDDING_DEFAULTS.subList(arguments.size() - 2, 3));
        }
        arguments.add(module + Product.SOCKET);
        if (this != CONV2D && this != EMBEDDING) {
            arguments.add(module + Product.WAY);
            arguments.add(module + Product.RECORDING);
        }
        return TransformProgram.PREFIX + function + "(" + String.join(", ", arguments) + ")";
    }

    String weight(Call call) {
        return call.arguments().get(weightArgument);
    }
}
