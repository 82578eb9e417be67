/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.DataType;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for the products of linear layers, which all commands that run models have. */
@OptionGroup.In(OptionGroup.COMPUTATION)
final class ProductOptions implements FileAccessOption.Change {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--matmul",
            paramLabel = "WAY",
            description =
                    "How a CPU computes the matrix products of linear layers: auto"
                            + " measures which way is fastest, mkl is the engine's own, onednn is"
                            + " often faster, and onednn:32 uses oneDNN for products of 32 rows"
                            + " or more. Results differ by rounding. Default: auto.")
    private Matmul matmul;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description =
                    "Type to which the factors of products are rounded: float32 (no rounding) or"
                            + " bfloat16 (8 bits of mantissa, sums in float32, results rounded to"
                            + " bfloat16; by oneDNN, and refused where the processor has no such"
                            + " products; can be faster). Default: float32.")
    private Precision precision;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description =
                    "Type of a HuggingFace checkpoint's weights while the model runs: float32,"
                            + " bfloat16 or float16. The last two take half the memory and compute"
                            + " with fewer digits; adapters stay float32. A TorchScript export has"
                            + " the type that it was exported in. Default: float32, whatever type"
                            + " the weights are stored in.")
    private DataType dataType;

    /** Returns the choice of a way with its precision; null if the fastest is to be found. */
    Matmul matmul() {
        return Usage.checked(
                command,
                () ->
                        matmul == null || precision == null
                                ? matmul
                                : matmul.withPrecision(precision));
    }

    /** Refuses, before files are read, choices that do not go together. */
    void check() {
        OpenOptions.Builder options = OpenOptions.builder();
        addTo(options);
        Usage.checked(command, options::build);
    }

    /** Returns the type of the weights, null if none was given. */
    DataType dataType() {
        return dataType;
    }

    /** Returns the type to which the fastest way may round factors. */
    Precision precision() {
        return precision == null ? Precision.FLOAT32 : precision;
    }

    @Override
    public void addTo(OpenOptions.Builder options) {
        options.optMatmul(matmul()).optPrecision(precision());
        Usage.ifGiven(dataType, options::optDataType);
    }
}
