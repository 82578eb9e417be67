/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.types.DataType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.TargetModule;

/**
 * The description of a base model, without its weights.
 *
 * @param optionalInputs the last of these that may be left out
 * @param outputNames the names of the outputs, empty if unknown
 * @param pooler the path of a pooler that no pass runs unless it is asked for {@code pooler_output}
 *     besides the outputs
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

    /** Returns the other members of the group of each name. */
    static Map<String, List<String>> ties(Collection<List<String>> groups) {
        Map<String, List<String>> ties = new HashMap<>();
        for (List<String> group : groups) {
            for (String name : group) {
                ties.put(name, group.stream().filter(other -> !other.equals(name)).toList());
            }
        }
        return ties;
    }

    /** Returns the type in which the model computes, that of the weights of its layers. */
    public DataType precision() {
        return targetModules.stream()
                .map(module -> module.weight().dataType())
                .findFirst()
                .orElse(DataType.FLOAT32);
    }

    /** Returns the names of the other parameters that share the tensor of one. */
    public List<String> tied(String parameter) {
        return ties.getOrDefault(parameter, List.of());
    }
}
