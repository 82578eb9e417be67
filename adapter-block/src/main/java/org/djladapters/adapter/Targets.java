/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.io.MalformedFileException;

/**
 * Which modules of a model an adapter is for, as PEFT's users know it.
 *
 * <p>A module path such as {@code encoder.layer.0.attention.self.query} is chosen by its suffix
 * ({@code query}, {@code self.query}, or the whole path), by a regular expression on the whole
 * path, as one of all linear layers but the task head, or as what is usually adapted in models of
 * its type. Exclusions and a choice of layers narrow any of these.
 *
 * <p>PEFT takes a choice of layers only with a list of suffixes. Adapters that combine it with a
 * regular expression or with all linear layers are therefore saved with a list of their modules.
 *
 * <p>The file is long since each part of a selection has an accessor and a method of the builder.
 */
public final class Targets {

    private enum Kind {
        NONE,
        ALL_LINEAR,
        MODEL_TYPE,
        SUFFIXES,
        REGEX
    }

    private final Kind kind;
    private final List<String> suffixes;
    private final PathExpression regex;
    private final List<String> excludedSuffixes;
    private final PathExpression excludedRegex;
    private final List<Integer> layers;
    private final PathExpression layersPattern;
    private final boolean pooler;

    private Targets(Builder builder, Kind kind) {
        this.kind = kind;
        suffixes = builder.suffixes;
        regex = builder.regex;
        excludedSuffixes = builder.excludedSuffixes;
        excludedRegex = builder.excludedRegex;
        layers = builder.layers;
        layersPattern = builder.layersPattern;
        pooler = builder.pooler;
    }

    /** {@return the selection of all linear layers but the task head} */
    public static Targets allLinear() {
        return builder().build();
    }

    /** {@return the selection of no module at all, for methods that train only a head} */
    public static Targets none() {
        return new Targets(builder(), Kind.NONE);
    }

    /** {@return true if no module is selected} */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /**
     * Targets what is usually adapted in models of the type in {@code model_type} of a model's
     * {@code config.json}, such as query and value of BERT; PEFT does this for LoRA if {@code
     * target_modules} is null. The names are filled in when an adapter is added to a model.
     */
    public static Targets byModelType() {
        return builder().optByModelType(true).build();
    }

    /** {@return true if the names depend on a model's type and are not filled in yet} */
    public boolean isByModelType() {
        return kind == Kind.MODEL_TYPE;
    }

    /**
     * Fills in the names that are usual for the type of a model.
     *
     * @param suffixes suffixes of module paths
     * @return this selection with the suffixes; this selection itself if it does not depend on the
     *     type of a model
     */
    public Targets withUsual(List<String> suffixes) {
        return isByModelType()
                ? new Builder(this).optByModelType(false).optSuffixes(suffixes).build()
                : this;
    }

    /**
     * The modules with one of several suffixes.
     *
     * @param suffixes suffixes of module paths
     */
    public static Targets of(String... suffixes) {
        return builder().optSuffixes(List.of(suffixes)).build();
    }

    /**
     * Leaves out modules besides those that are left out already.
     *
     * @param suffixes suffixes of their paths, such as {@code classifier}
     * @return such a selection
     */
    public Targets excluding(String... suffixes) {
        if (excludedRegex != null) {
            String names =
                    Stream.of(suffixes)
                            .map(suffix -> suffix.replace(".", "\\."))
                            .collect(Collectors.joining("|"));
            String regex =
                    "(?:%s)|(?:.*\\.)?(?:%s)"
                            .formatted(excludedRegex, names)
                            .replaceFirst("^\\(\\?:\\(\\?([aimsu]+)\\)", "(?$1:");
            return new Builder(this).optExcludedRegex(regex).build();
        }
        return new Builder(this)
                .optExcludedSuffixes(
                        Stream.concat(excludedSuffixes.stream(), Stream.of(suffixes)).toList())
                .build();
    }

    /**
     * Reaches the pooler of an encoder too, a layer that the model computes only for heads that
     * take what it gives. What these targets select there is selected then, and what an adapter
     * trains of all parameters it trains there. Heads with the pooling {@code POOLER} ask for this
     * themselves, and an adapter that is loaded with something for the pooler has it.
     *
     * @return such a selection
     */
    public Targets withPooler() {
        Builder builder = new Builder(this);
        builder.pooler = true;
        return new Targets(builder, kind);
    }

    /** {@return true if a pooler is reached that the model computes only for some heads} */
    public boolean hasPooler() {
        return pooler;
    }

    /** {@return a new builder, which selects all linear layers without further calls} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return true if all linear layers are selected, neither by suffixes nor by a regular
     * expression}
     */
    public boolean isAllLinear() {
        return kind == Kind.ALL_LINEAR;
    }

    /**
     * Tells whether a module is named by the suffixes or the regular expression (any module where
     * all linear layers are meant, none where the names are still to be filled in), whatever the
     * exclusions and layers say.
     *
     * @param path the module path
     * @return true if it is
     */
    public boolean names(String path) {
        return switch (kind) {
            case NONE, MODEL_TYPE -> false;
            case ALL_LINEAR -> true;
            case SUFFIXES -> hasSuffix(path, suffixes);
            case REGEX -> regex.matches(path);
        };
    }

    /**
     * Tells whether a module is selected by its path.
     *
     * @param path the module path
     * @return true if it is named, not excluded, and in one of the layers
     */
    public boolean selects(String path) {
        return names(path) && !excludes(path) && isInLayers(path);
    }

    /**
     * Tells whether an exclusion names a module.
     *
     * @param path the module path
     * @return true if it does
     */
    public boolean excludes(String path) {
        return excludedRegex != null
                ? excludedRegex.matches(path)
                : hasSuffix(path, excludedSuffixes);
    }

    /**
     * The suffixes that select nothing.
     *
     * @param paths the paths of modules
     * @return those of {@link #suffixes()} that name none of the modules that may be selected
     */
    public List<String> unusedSuffixes(Collection<String> paths) {
        return unused(suffixes, paths.stream().filter(this::selects).toList());
    }

    /**
     * The exclusions that change nothing.
     *
     * @param paths the paths of modules
     * @return those of the excluded suffixes, or the excluding expression, that leave out none of
     *     the modules that would be selected without exclusions
     */
    public List<String> unusedExclusions(Collection<String> paths) {
        List<String> wanted = paths.stream().filter(p -> names(p) && isInLayers(p)).toList();
        if (excludedRegex == null) {
            return unused(excludedSuffixes, wanted);
        }
        return wanted.stream().anyMatch(this::excludes) ? List.of() : List.of(excludedRegex.text());
    }

    private static List<String> unused(List<String> suffixes, List<String> paths) {
        return suffixes.stream()
                .filter(suffix -> paths.stream().noneMatch(p -> hasSuffix(p, List.of(suffix))))
                .toList();
    }

    /**
     * Tells whether a module path ends with one of several names at a boundary between names.
     *
     * @param path the module path
     * @param suffixes the names
     * @return true if it does
     */
    public static boolean hasSuffix(String path, List<String> suffixes) {
        return suffixes.stream().anyMatch(s -> path.equals(s) || path.endsWith("." + s));
    }

    private boolean isInLayers(String path) {
        if (layers.isEmpty()) {
            return true;
        }
        // backwards, so that of several lists the innermost counts; after the index comes a module
        int end = path.lastIndexOf('.');
        for (int dot = path.lastIndexOf('.', end - 1);
                dot >= 0;
                dot = path.lastIndexOf('.', dot - 1)) {
            String index = path.substring(dot + 1, end);
            if (isNumber(index) && isList(path.substring(0, dot))) {
                return layers.stream().anyMatch(i -> i.toString().equals(index));
            }
            end = dot;
        }
        return false;
    }

    private boolean isList(String path) {
        return layersPattern == null ? !path.isEmpty() : layersPattern.matchesTail(path);
    }

    private static boolean isNumber(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> '0' <= c && c <= '9');
    }

    /**
     * {@return the suffixes, empty if a regular expression was given or all linear layers are
     * selected}
     */
    public List<String> suffixes() {
        return suffixes;
    }

    /** {@return the regular expression, or null} */
    public String regex() {
        return text(regex);
    }

    /** {@return the excluded suffixes, empty for none} */
    public List<String> excludedSuffixes() {
        return excludedSuffixes;
    }

    /** {@return the regular expression of excluded modules, or null} */
    public String excludedRegex() {
        return text(excludedRegex);
    }

    /** {@return the indices of the adapted layers, empty for all} */
    public List<Integer> layers() {
        return layers;
    }

    /**
     * {@return the name of the list that the layer indices count in, such as {@code layer}, or null
     * for any}
     */
    public String layersPattern() {
        return text(layersPattern);
    }

    private static String text(PathExpression expression) {
        return expression == null ? null : expression.text();
    }

    private List<Object> parts() {
        return Arrays.asList(
                kind,
                suffixes,
                regex,
                excludedSuffixes,
                excludedRegex,
                layers,
                layersPattern,
                pooler);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Targets that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(
                        switch (kind) {
                            case NONE -> "none";
                            case ALL_LINEAR -> "all-linear";
                            case MODEL_TYPE -> "default";
                            case SUFFIXES -> String.join(",", suffixes);
                            case REGEX -> "regex " + shown(regex);
                        });
        if (excludedRegex != null) {
            text.append(" without regex ").append(shown(excludedRegex));
        } else if (!excludedSuffixes.isEmpty()) {
            text.append(" without ").append(String.join(",", excludedSuffixes));
        }
        if (!layers.isEmpty()) {
            text.append(" in layers ").append(layers);
            text.append(layersPattern == null ? "" : " of " + layersPattern);
        }
        return text.append(pooler ? " with the pooler" : "").toString();
    }

    /** Builds a {@link Targets}. */
    public static final class Builder {

        private boolean byModelType;
        private List<String> suffixes = List.of();
        private PathExpression regex;
        private List<String> excludedSuffixes = List.of();
        private PathExpression excludedRegex;
        private List<Integer> layers = List.of();
        private PathExpression layersPattern;
        private boolean pooler;

        private Builder() {}

        private Builder(Targets targets) {
            byModelType = targets.isByModelType();
            suffixes = targets.suffixes;
            regex = targets.regex;
            excludedSuffixes = targets.excludedSuffixes;
            excludedRegex = targets.excludedRegex;
            layers = targets.layers;
            layersPattern = targets.layersPattern;
            pooler = targets.pooler;
        }

        /**
         * Selects what is usually adapted in models of the type, see {@link Targets#byModelType()}.
         */
        public Builder optByModelType(boolean byModelType) {
            this.byModelType = byModelType;
            return this;
        }

        /**
         * Selects modules by suffixes of their paths.
         *
         * @param suffixes such as {@code query}
         */
        public Builder optSuffixes(List<String> suffixes) {
            this.suffixes = List.copyOf(suffixes);
            return this;
        }

        /**
         * Selects modules by a regular expression that must match the whole path. Its syntax is
         * that of Python's {@code re} on ASCII, with lookahead only outside groups and at one place
         * of each alternative, as in {@code ^(?!.*vision).*q_proj$}, and without lookbehind,
         * backreferences, conditional and atomic groups, possessive repetition, and the flags
         * {@code x} and {@code L}.
         *
         * @param regex the expression
         * @throws IllegalArgumentException if it is no regular expression, or has something that is
         *     not supported
         */
        public Builder optRegex(String regex) {
            this.regex = parsed(regex);
            return this;
        }

        /**
         * Leaves out modules by suffixes of their paths.
         *
         * @param suffixes the suffixes
         */
        public Builder optExcludedSuffixes(List<String> suffixes) {
            this.excludedSuffixes = List.copyOf(suffixes);
            return this;
        }

        /**
         * Leaves out modules by a regular expression on the whole path.
         *
         * @param regex the expression, as for {@link #optRegex}
         * @throws IllegalArgumentException if it is no regular expression, or has something that is
         *     not supported
         */
        public Builder optExcludedRegex(String regex) {
            this.excludedRegex = parsed(regex);
            return this;
        }

        /**
         * Adapts only some layers: modules in whose path the last number between two names is one
         * of these indices.
         *
         * @param layers the indices
         */
        public Builder optLayers(List<Integer> layers) {
            this.layers = List.copyOf(layers);
            return this;
        }

        /**
         * Says in which list the layer indices count.
         *
         * @param pattern the name before the index, such as {@code layer}, or an expression as for
         *     {@link #optRegex}
         * @throws IllegalArgumentException if it is no regular expression, or has something that is
         *     not supported
         */
        public Builder optLayersPattern(String pattern) {
            this.layersPattern = parsed(pattern);
            return this;
        }

        /**
         * Builds the selection.
         *
         * @throws IllegalArgumentException if settings contradict one another
         */
        public Targets build() {
            if (regex != null && !suffixes.isEmpty()) {
                throw new IllegalArgumentException(
                        "Targets are given as a list of suffixes or as a regular expression, not"
                                + " both");
            }
            if (byModelType && (regex != null || !suffixes.isEmpty())) {
                throw new IllegalArgumentException(
                        "Targets are named or the defaults of the model's type, not both");
            }
            if (excludedRegex != null && !excludedSuffixes.isEmpty()) {
                throw new IllegalArgumentException(
                        "Exclusions are given as a list of suffixes or as a regular expression,"
                                + " not both");
            }
            if (layersPattern != null && layers.isEmpty()) {
                throw new IllegalArgumentException(
                        "The layers pattern '"
                                + layersPattern
                                + "' needs layer indices, but none are given");
            }
            return new Targets(this, kind());
        }

        private Kind kind() {
            if (byModelType) {
                return Kind.MODEL_TYPE;
            }
            if (regex != null) {
                return Kind.REGEX;
            }
            return suffixes.isEmpty() ? Kind.ALL_LINEAR : Kind.SUFFIXES;
        }

        private static PathExpression parsed(String regex) {
            return regex == null ? null : PathExpression.parse(regex);
        }
    }

    /** An expression may come from a file, and what is shown must not command a terminal. */
    private static String shown(PathExpression expression) {
        return MalformedFileException.printable(expression.toString());
    }
}
