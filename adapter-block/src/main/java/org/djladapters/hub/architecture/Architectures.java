/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.io.MalformedFileException;

/** All families of models that are known. */
public final class Architectures {

    private static final String TYPE = "model_type";

    /** The families with a program, in the order of the table in the documentation. */
    private static final List<Architecture> ALL =
            List.of(
                    Bert.ARCHITECTURE,
                    Bert.ERNIE,
                    Roberta.ARCHITECTURE,
                    Roberta.DATA2VEC,
                    DistilBert.ARCHITECTURE,
                    Electra.ARCHITECTURE,
                    MpNet.ARCHITECTURE,
                    ModernBert.ARCHITECTURE,
                    RotaryBert.NOMIC,
                    RotaryBert.GTE,
                    Albert.ARCHITECTURE,
                    T5.ARCHITECTURE,
                    DebertaV2.ARCHITECTURE,
                    DebertaV2.FIRST,
                    Vit.ARCHITECTURE,
                    Dinov2.ARCHITECTURE,
                    Dinov2.WITH_REGISTERS,
                    Dinov3.ARCHITECTURE,
                    ConvNext.ARCHITECTURE,
                    ConvNext.NORMALIZING,
                    Clip.ARCHITECTURE,
                    Clip.TEXTS,
                    Clip.FILLED_TEXTS,
                    Clip.IMAGES,
                    Clip.WHOLE_IMAGES,
                    Gpt2.ARCHITECTURE,
                    Llama.ARCHITECTURE,
                    Llama.PHI,
                    Llama.WITHOUT_CLASSIFIER,
                    Gemma.ARCHITECTURE);

    private Architectures() {}

    /** Returns the families that a program computes. */
    public static List<Architecture> all() {
        return ALL;
    }

    /** Returns what is known of models of a type, with or without a program; may be nothing. */
    public static Traits traits(String modelType) {
        return withProgram(modelType)
                .map(Architecture::traits)
                .findFirst()
                .orElse(ExportedFamilies.TRAITS.getOrDefault(modelType, Traits.UNKNOWN));
    }

    /** Finds the family whose program computes a model; the error lists the families. */
    public static Architecture of(ConfigReader config) throws IOException {
        if (!config.has(TYPE)) {
            throw new MalformedFileException(
                    config.source(),
                    "is missing or has no entry model_type, which says what the weights are of; get"
                            + " or save the model again");
        }
        String type = config.string(TYPE, "");
        return withProgram(type)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IOException(
                                        ("%s: model_type is '%s', for which there is no program"
                                             + " here; there are programs for %s; export the model"
                                             + " to TorchScript with djl_converter")
                                                .formatted(config.source(), type, types())));
    }

    /**
     * Returns the configuration of one tower, {@code text} or {@code vision}, of a model that has
     * both; empty for other models, which are opened whole.
     */
    public static Optional<JsonObject> tower(ConfigReader config, String tower) throws IOException {
        return Clip.hasTowers(config) ? Optional.of(Clip.tower(config, tower)) : Optional.empty();
    }

    private static Stream<Architecture> withProgram(String modelType) {
        return ALL.stream().filter(family -> family.modelTypes().contains(modelType));
    }

    private static String types() {
        return ALL.stream()
                .flatMap(family -> family.modelTypes().stream())
                .collect(Collectors.joining(", "));
    }
}
