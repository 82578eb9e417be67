/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.DataType;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How the products of linear layers are computed; commands that run models have these options. */
@OptionGroup.In(OptionGroup.COMPUTATION)
final class ProductOptions {

    private static final String AUTO = "auto";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--matmul",
            paramLabel = "WAY",
            converter = MatmulConverter.class,
            description =
                    "How a CPU computes the matrix products of linear layers: auto"
                            + " measures which way is fastest, mkl is the engine's own, onednn is"
                            + " often faster, and onednn:32 uses oneDNN for products of 32 rows"
                            + " or more. Results differ by rounding. Default: auto.")
    private Choice matmul = Choice.OPEN;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            converter = PrecisionConverter.class,
            description =
                    "Type to which the factors of products are rounded: float32 (no rounding) or"
                            + " bfloat16 (8 bits of mantissa, sums in float32, results rounded to"
                            + " bfloat16; by oneDNN, and refused where the processor has no such"
                            + " products; can be faster). Default: float32.")
    private Precision precision;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = DataTypeConverter.class,
            description =
                    "Type of a HuggingFace checkpoint's weights while the model runs: float32,"
                            + " bfloat16 or float16. The last two take half the memory and compute"
                            + " with fewer digits; adapters stay float32. A TorchScript export has"
                            + " the type that it was exported in. Default: float32, whatever type"
                            + " the weights are stored in.")
    private DataType dataType;

    /** What --matmul says; null leaves the choice open. */
    private record Choice(Matmul matmul) {

        static final Choice OPEN = new Choice(null);
    }

    /**
     * The choice of a way with its precision.
     *
     * @return null if the fastest is to be found
     * @throws ParameterException if way and precision don't go together
     */
    Matmul matmul() {
        try {
            return matmul.matmul() == null || precision == null
                    ? matmul.matmul()
                    : matmul.matmul().withPrecision(precision);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Refuses, before files are read, what does not go together.
     *
     * @throws ParameterException if way and precision don't
     */
    void check() {
        matmul();
        options(OpenOptions.builder());
    }

    /** The type of the weights, null if nothing was given. */
    DataType dataType() {
        return dataType;
    }

    /** What the fastest way may round factors to. */
    Precision precision() {
        return precision == null ? Precision.FLOAT32 : precision;
    }

    /**
     * Adds what was given to the options by which a model is opened.
     *
     * @throws ParameterException if type, way and precision don't go together
     */
    OpenOptions options(OpenOptions.Builder options) {
        options.optMatmul(matmul()).optPrecision(precision());
        if (dataType != null) {
            options.optDataType(dataType);
        }
        try {
            return options.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private static final class MatmulConverter implements ITypeConverter<Choice> {

        @Override
        public Choice convert(String text) {
            try {
                return text.equals(AUTO) ? Choice.OPEN : new Choice(Matmul.parse(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage() + ", or auto");
            }
        }
    }

    private static final class DataTypeConverter implements ITypeConverter<DataType> {

        @Override
        public DataType convert(String name) {
            return switch (name) {
                case "float32" -> DataType.FLOAT32;
                case "bfloat16" -> DataType.BFLOAT16;
                case "float16" -> DataType.FLOAT16;
                default ->
                        throw new TypeConversionException(
                                "'%s' is no type of weights; the types are float32, bfloat16,"
                                                .formatted(name)
                                        + " float16");
            };
        }
    }

    private static final class PrecisionConverter implements ITypeConverter<Precision> {

        @Override
        public Precision convert(String name) {
            try {
                return Precision.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
