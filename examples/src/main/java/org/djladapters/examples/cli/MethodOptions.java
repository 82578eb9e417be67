/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.BaselineConfig;
import org.djladapters.adapter.CompoundConfig;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that choose a method of adapting and set it up. */
final class MethodOptions {

    /** Options of the method head; all others are about adapted layers. */
    private static final Set<String> ALSO_OF_HEAD = Set.of("--method", "--modules-to-save");

    @Spec(Spec.Target.SELF)
    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            converter = MethodConverter.class,
            description = "compound (default), or head: trains only the task head.")
    private Method method = Method.COMPOUND;

    @Mixin private TargetOptions targets;

    @Option(
            names = "--orders",
            split = ",",
            paramLabel = "K",
            description = "Orders of the compound matrices in a block; default: 1,2.")
    private int[] orders = {1, 2};

    @Option(names = "--blocks", paramLabel = "N", description = "Number of blocks of every layer.")
    private Integer blocks;

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description = "Size of the blocks of every layer; default: 128.")
    private Integer blockSize;

    @Option(names = "--scaling", description = "Gives every output feature a trained factor.")
    private boolean scaling;

    @Option(
            names = "--chain",
            paramLabel = "N",
            description = "Number of rotations that follow one another; default: 1.")
    private int chain = 1;

    @Option(names = "--added", description = "Adds the rotations of a chain.")
    private boolean added;

    @Option(
            names = "--offsets",
            description = "Shifts the blocks of every rotation of a chain against the one before.")
    private boolean offsets;

    @Option(names = "--share", description = "Lets all blocks of a layer share one rotation.")
    private boolean share;

    @Option(
            names = "--map",
            paramLabel = "MAP",
            converter = MapConverter.class,
            description = "cayley (default), neumann or exponential.")
    private OrthogonalMap map;

    @Option(
            names = "--terms",
            paramLabel = "N",
            description = "Number of terms of the Neumann series; default: 5.")
    private Integer terms;

    @Option(
            names = "--entry",
            paramLabel = "RULE",
            converter = EntryConverter.class,
            description = "Entries of higher orders: comp (default), max, avg or perm.")
    private EntryRule entry = EntryRule.DETERMINANT;

    @Option(
            names = "--no-orthogonal",
            description = "Trains full matrices that are not kept orthogonal.")
    private boolean free;

    @Option(
            names = "--module-dropout",
            paramLabel = "P",
            description = "Probability with which a layer is not adapted in a training step.")
    private double moduleDropout;

    @Option(
            names = "--modules-to-save",
            split = ",",
            paramLabel = "NAME",
            description = "Modules that are trained in full and saved with the adapter.")
    private List<String> modulesToSave = List.of();

    /** Whether any of these options was given. */
    boolean isGiven() {
        return !given().isEmpty();
    }

    /**
     * The configuration that the options describe.
     *
     * @throws ParameterException if they contradict one another
     */
    AdapterConfig config() {
        try {
            return switch (method) {
                case COMPOUND -> compound();
                case HEAD -> head();
            };
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private AdapterConfig compound() {
        if (free && map != null) {
            throw new IllegalArgumentException(
                    "A map makes orthogonal matrices; leave out --map or --no-orthogonal");
        }
        CompoundConfig.Builder builder =
                CompoundConfig.builder()
                        .setOrders(orders)
                        .optRule(entry)
                        .optShared(share)
                        .optChain(chain)
                        .optAdded(added)
                        .optOffsets(offsets)
                        .optScaling(scaling)
                        .optTargets(targets.targets())
                        .optModulesToSave(modulesToSave)
                        .optModuleDropout(moduleDropout);
        if (blocks != null) {
            builder.optBlocks(blocks);
        }
        if (blockSize != null) {
            builder.optBlockSize(blockSize);
        }
        if (map != null || free) {
            builder.optMap(free ? OrthogonalMap.MATRIX : map);
        }
        if (terms != null) {
            builder.optTerms(terms);
        }
        return builder.build();
    }

    private AdapterConfig head() {
        Set<String> others = new TreeSet<>(given());
        others.removeAll(ALSO_OF_HEAD);
        if (!others.isEmpty()) {
            throw new IllegalArgumentException(
                    "The method head adapts no layer and takes no "
                            + String.join(", ", others)
                            + "; leave that out or choose another method");
        }
        return BaselineConfig.head().withModulesToSave(modulesToSave);
    }

    private List<String> given() {
        return command.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> own.findOption(name) != null)
                .toList();
    }

    private enum Method {
        COMPOUND,
        HEAD
    }

    private static final class MethodConverter implements ITypeConverter<Method> {

        @Override
        public Method convert(String name) {
            return switch (name) {
                case "compound" -> Method.COMPOUND;
                case "head" -> Method.HEAD;
                default ->
                        throw new TypeConversionException(
                                "this version knows the methods compound and head, not '"
                                        + name
                                        + "'");
            };
        }
    }

    private static final class MapConverter implements ITypeConverter<OrthogonalMap> {

        @Override
        public OrthogonalMap convert(String name) {
            return switch (name) {
                case "cayley", "neumann", "exponential" -> OrthogonalMap.of(name);
                default ->
                        throw new TypeConversionException(
                                "this version knows the maps cayley, neumann and exponential, not '"
                                        + name
                                        + "'");
            };
        }
    }

    private static final class EntryConverter implements ITypeConverter<EntryRule> {

        @Override
        public EntryRule convert(String name) {
            try {
                return EntryRule.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
