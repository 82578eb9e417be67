/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import org.djladapters.task.option.EmbeddingOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of how embeddings are learned. What is not given is left to the library. */
@OptionGroup.In(OptionGroup.TRAINING)
final class EmbeddingArguments {

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            converter = LossConverter.class,
            description =
                    "Embeddings: mnrl (multiple negatives ranking), triplet (needs negatives),"
                            + " cosent or cosine (need scores). Default: cosent with scores, else"
                            + " mnrl.")
    private EmbeddingOptions.Loss loss;

    @Option(
            names = "--scale",
            paramLabel = "X",
            description = "Factor of cosines in mnrl and cosent. Default: 20.")
    private Double scale;

    @Option(
            names = "--margin",
            paramLabel = "X",
            description =
                    "How much smaller the cosine to a negative must be in triplet."
                            + " Default: 0.5.")
    private Double margin;

    @Option(
            names = "--symmetric",
            description = "In mnrl, also find sentence1 among those of the batch by sentence2.")
    private boolean symmetric;

    @Option(
            names = "--matryoshka",
            split = ",",
            paramLabel = "D",
            description =
                    "Numbers of leading dimensions to which embeddings can be shortened, such as"
                            + " 384,256,128,64: the losses of all are added. Default: none.")
    private List<Integer> matryoshka;

    @Option(
            names = "--mini-batch",
            paramLabel = "N",
            description =
                    "Pairs of a batch that are in memory at once, with the same gradients as"
                            + " without (cached gradients). Default: all.")
    private Integer miniBatch;

    /** What was given. */
    EmbeddingOptions options() {
        EmbeddingOptions.Builder builder = EmbeddingOptions.builder().optSymmetric(symmetric);
        if (loss != null) {
            builder.optLoss(loss);
        }
        if (scale != null) {
            builder.optScale(scale);
        }
        if (margin != null) {
            builder.optMargin(margin);
        }
        if (matryoshka != null) {
            builder.optMatryoshka(matryoshka);
        }
        if (miniBatch != null) {
            builder.optMiniBatch(miniBatch);
        }
        return builder.build();
    }

    private static final class LossConverter implements ITypeConverter<EmbeddingOptions.Loss> {

        @Override
        public EmbeddingOptions.Loss convert(String word) {
            try {
                return EmbeddingOptions.Loss.of(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
