/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.tracker.ParameterTracker;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Gives one group of parameters, usually those of a new head, a rate of their own. */
final class GroupTracker implements ParameterTracker {

    private final ParameterTracker others;
    private final ParameterTracker group;
    private final Predicate<String> members;

    private GroupTracker(
            ParameterTracker others, ParameterTracker group, Predicate<String> members) {
        this.others = others;
        this.group = group;
        this.members = members;
    }

    /**
     * Separates the parameters that a predicate accepts.
     *
     * @param others the rate of all other parameters
     * @param group the rate of the group
     * @param members says of a {@linkplain Parameter#getId() parameter's id} whether it belongs to
     *     the group
     * @return the rates of both
     */
    public static GroupTracker of(
            ParameterTracker others, ParameterTracker group, Predicate<String> members) {
        return new GroupTracker(others, group, members);
    }

    /**
     * Separates the parameters of a block.
     *
     * @param others the rate of all other parameters
     * @param group the rate of the block's parameters
     * @param block the block, with all its children as they are now
     * @return the rates of both
     */
    public static GroupTracker of(ParameterTracker others, ParameterTracker group, Block block) {
        Set<String> ids =
                block.getParameters().values().stream()
                        .map(Parameter::getId)
                        .collect(Collectors.toUnmodifiableSet());
        return new GroupTracker(others, group, ids::contains);
    }

    @Override
    public float getNewValue(String parameterId, int numUpdate) {
        ParameterTracker tracker = members.test(parameterId) ? group : others;
        return tracker.getNewValue(parameterId, numUpdate);
    }
}
