/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.io.MalformedFileException;

/** All families of models that are computed here. */
public final class Architectures {

    private static final String TYPE = "model_type";

    private static final List<Architecture> ALL =
            List.of(
                    new Bert(),
                    new Roberta(),
                    new DistilBert(),
                    new Electra(),
                    new MpNet(),
                    new DebertaV2(),
                    new Vit(),
                    new Dinov2(),
                    new Gpt2(),
                    new Llama());

    private Architectures() {}

    /**
     * Returns the families.
     *
     * @return the families in the order of the table in the documentation
     */
    public static List<Architecture> all() {
        return ALL;
    }

    /**
     * Returns the tensors that a checkpoint of a model must have.
     *
     * @param config the model's configuration
     * @return their shapes by name, in the order of the model; a tensor that is another one, such
     *     as the tied weight of a head, is left out
     * @throws IOException if there is no program for the model, or its configuration is refused
     */
    public static Map<String, Shape> shapes(ConfigReader config) throws IOException {
        return FilledProgram.of(config, false, Set.of()).ownShapes();
    }

    /**
     * Finds the family of a model.
     *
     * @param config its configuration
     * @return the family
     * @throws IOException if the configuration names none that is here; the message lists those
     */
    static Architecture of(ConfigReader config) throws IOException {
        if (!config.has(TYPE)) {
            throw new MalformedFileException(
                    config.source(),
                    "is missing or has no entry model_type, which says what the weights are of; get"
                            + " or save the model again");
        }
        String type = config.string(TYPE, "");
        Optional<Architecture> found =
                ALL.stream().filter(family -> family.modelTypes().contains(type)).findFirst();
        if (found.isEmpty()) {
            throw new IOException(
                    ("%s: model_type is '%s', for which there is no program here; there are"
                                    + " programs for %s; export the model to TorchScript with"
                                    + " djl_converter")
                            .formatted(config.source(), type, types()));
        }
        return found.get();
    }

    private static String types() {
        return ALL.stream()
                .flatMap(family -> family.modelTypes().stream())
                .collect(Collectors.joining(", "));
    }
}
