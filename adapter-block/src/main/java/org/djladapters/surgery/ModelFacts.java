/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.TargetModule;

/**
 * The description of a base model, without its weights.
 *
 * @param inputNames the names of the inputs in their order, empty if unknown
 * @param optionalInputs the last of these that may be left out
 * @param outputNames the names of the outputs, empty if unknown
 * @param pooler the path of a pooler that no pass runs unless it is asked for {@code pooler_output}
 *     besides the outputs
 * @param targetModules everything that can be adapted, in the order of the model
 * @param modules the paths of all modules
 * @param ties for a parameter the names of the others that share its tensor
 * @param size the number of the base model's own parameters, those of tied weights counted once
 */
public record ModelFacts(
        List<String> inputNames,
        List<String> optionalInputs,
        List<String> outputNames,
        Optional<String> pooler,
        List<TargetModule> targetModules,
        List<String> modules,
        Map<String, List<String>> ties,
        long size) {

    /** Copies the lists and the map. */
    public ModelFacts {
        inputNames = List.copyOf(inputNames);
        optionalInputs = List.copyOf(optionalInputs);
        outputNames = List.copyOf(outputNames);
        targetModules = List.copyOf(targetModules);
        modules = List.copyOf(modules);
        ties = Map.copyOf(ties);
    }

    /** Returns the names of the other parameters that share the tensor of one. */
    public List<String> tied(String parameter) {
        return ties.getOrDefault(parameter, List.of());
    }
}
