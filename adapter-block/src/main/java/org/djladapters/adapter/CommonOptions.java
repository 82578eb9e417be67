/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.function.BiConsumer;
import org.djladapters.io.Internal;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Argument;
import org.djladapters.option.Option;

/** The options that several methods have. */
@Internal
public final class CommonOptions {

    /** The adapted modules. */
    public static final Option<Targets> TARGETS = Option.of("targets", Targets.allLinear());

    /** The modules that are trained in full. */
    public static final Option<List<String>> MODULES_TO_SAVE =
            Option.of("modules to save", List.of());

    /** The biases of the base model that train. */
    public static final Option<Bias> BIAS = Option.of("bias", Bias.NONE);

    /** The probability with which a layer is not adapted in a training step. */
    public static final Option<Double> MODULE_DROPOUT = Option.probability("module dropout");

    /** The rank; every method has a default of its own. */
    public static final Option<Integer> RANK = Option.positive("rank", 0).alwaysShown();

    /** From which the scaling of an update comes. */
    public static final Option<Double> ALPHA =
            Option.positive("alpha", 8.0).shown(alpha -> "alpha " + PlainNumber.of(alpha));

    /** The probability with which an input of a low-rank update is left out in a training step. */
    public static final Option<Double> DROPOUT = Option.probability("dropout").shown();

    /** The number of blocks, 0 where their size is given. */
    public static final Option<Integer> BLOCKS =
            Option.positive("number of blocks", 0).shownAs("blocks");

    /** The size of blocks, 0 where their number is given. */
    public static final Option<Integer> BLOCK_SIZE = Option.positive("block size", 0).shown();

    /** That filters of more than one pixel are factored along all of their axes. */
    public static final Option<Boolean> EFFECTIVE =
            Option.of("effective convolutions", false).shown();

    /** Other ranks for some modules. */
    public static final Option<ModulePatterns<Integer>> RANK_PATTERN =
            patterns("rank", Option::requirePositive);

    /** Other values of alpha for some modules. */
    public static final Option<ModulePatterns<Double>> ALPHA_PATTERN =
            patterns("alpha", Option::requirePositive);

    /** The number of trained coefficients of a layer; every method has a default of its own. */
    public static final Option<Integer> FREQUENCIES =
            Option.positive("number of frequencies", 0).alwaysShownAs("frequencies");

    /** The factor of an update of few coefficients; every method has a default of its own. */
    public static final Option<Double> UPDATE_SCALING =
            Option.positive("scaling of the update", 0.0)
                    .shown(scaling -> "scaling " + PlainNumber.of(scaling));

    /** The seed from which the places of coefficients are drawn. */
    public static final Option<Integer> FREQUENCY_SEED = seed("frequencies", 777);

    /** Other numbers of coefficients for some modules. */
    public static final Option<ModulePatterns<Integer>> FREQUENCY_PATTERN =
            patterns("number of frequencies", Option::requirePositive);

    private CommonOptions() {}

    /** Returns the option of the seed, at least 0, from which something is drawn. */
    public static <N extends Number> Option<N> seed(String drawn, N standard) {
        return Option.of("seed", standard)
                .checked(
                        seed -> {
                            if (seed.longValue() < 0) {
                                throw new IllegalArgumentException(
                                        "The seed of the %s must not be negative, got %d"
                                                .formatted(drawn, seed.longValue()));
                            }
                        })
                .shown();
    }

    /**
     * Returns an option that takes values by the patterns of modules. Default: no patterns.
     *
     * @param name the name of a value
     * @param check refuses a value, with a name that holds its pattern
     */
    public static <V> Option<ModulePatterns<V>> patterns(String name, BiConsumer<String, V> check) {
        return Option.of(name + " patterns", ModulePatterns.<V>none())
                .checked(
                        patterns ->
                                patterns.values()
                                        .forEach(
                                                (pattern, value) ->
                                                        check.accept(
                                                                name + " of the pattern " + pattern,
                                                                value)))
                .shown();
    }

    /** Returns the argument of the rank, with the default of a method. */
    public static Argument rank(int standard, String text) {
        return Argument.value(RANK, "--rank", "R", text).withDefault(standard);
    }

    /** Returns the argument of alpha, of which the default is that of the option. */
    public static Argument alpha() {
        return Argument.value(ALPHA, "--alpha", "A", "the update is scaled by alpha / rank");
    }

    /** Returns the argument of other ranks for some modules. */
    public static Argument rankPattern() {
        return Argument.map(
                RANK_PATTERN,
                "--rank-pattern",
                "MODULE=R",
                Integer.class,
                "other ranks for modules whose paths end with these names",
                ModulePatterns::of);
    }

    /** Returns the argument of other values of alpha for some modules. */
    public static Argument alphaPattern() {
        return Argument.map(
                ALPHA_PATTERN,
                "--alpha-pattern",
                "MODULE=A",
                Double.class,
                "other alphas for modules whose paths end with these names",
                ModulePatterns::of);
    }

    /** Returns the argument of the number of coefficients, with the default of a method. */
    public static Argument frequencies(int standard, String kind) {
        String text = "number of trained %s coefficients of a layer".formatted(kind);
        return Argument.value(FREQUENCIES, "--frequencies", "N", text).withDefault(standard);
    }

    /** Returns the argument of the factor of an update, with the default of a method. */
    public static Argument updateScaling(int standard) {
        String text = "the update is multiplied by this number";
        return Argument.value(UPDATE_SCALING, "--update-scaling", "S", text).withDefault(standard);
    }

    /** Returns the argument of effective convolutions. */
    public static Argument effective() {
        return Argument.flag(
                EFFECTIVE,
                "--effective",
                "factor the filters of convolutions along all of their axes");
    }

    /** Returns the argument of dropout in an update of low rank. */
    public static Argument dropout() {
        return Argument.value(
                DROPOUT,
                "--dropout",
                "P",
                "probability that an input of the update is dropped in a training step");
    }
}
