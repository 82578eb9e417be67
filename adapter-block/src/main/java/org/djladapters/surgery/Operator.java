/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.List;
import java.util.Optional;
import org.djladapters.archive.Call;

/** The operators of TorchScript programs that a socket can take the place of. */
enum Operator {
    /** torch.linear(x, weight[, bias]). */
    LINEAR("torch.linear", "linear", Site.Kind.LINEAR, 1),
    /** torch.addmm(bias, x, weight). */
    CONV1D("torch.addmm", "addmm", Site.Kind.CONV1D, 2),
    /** torch._convolution(x, weight, bias, stride, padding, dilation, transposed, ...). */
    CONV2D("torch._convolution", "convolution", Site.Kind.CONV2D, 1);

    private static final int CONVOLUTION_ARGUMENTS = 13;
    private static final int STRIDE = 3;
    private static final int TRANSPOSED = 6;
    private static final int GROUPS = 8;

    private final String operator;
    private final String function;
    private final Site.Kind kind;
    private final int weightArgument;

    Operator(String operator, String function, Site.Kind kind, int weightArgument) {
        this.operator = operator;
        this.function = function;
        this.kind = kind;
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
            case CONV1D -> arguments.size() == 3;
            // two-dimensional, not transposed, with one group
            case CONV2D ->
                    arguments.size() == CONVOLUTION_ARGUMENTS
                            && arguments.get(STRIDE).split(",").length == 2
                            && arguments.get(TRANSPOSED).equals("False")
                            && arguments.get(GROUPS).equals("1");
        };
    }

    /** The function of {@link org.djladapters.rotation.TransformProgram} that takes its place. */
    String function() {
        return function;
    }

    Site.Kind kind() {
        return kind;
    }

    int weightArgument() {
        return weightArgument;
    }
}
