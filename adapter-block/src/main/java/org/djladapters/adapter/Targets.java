/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which modules of a model an adapter is for, as PEFT's users know it.
 *
 * <p>A module path such as {@code encoder.layer.0.attention.self.query} is chosen by its suffix
 * ({@code query}, {@code self.query}, or the whole path), by a regular expression on the whole
 * path, or as one of all linear layers but the task head. Exclusions and a choice of layers narrow
 * it.
 */
public final class Targets {

    private static final String ANY_LIST = "[^.]+";

    private final List<String> suffixes;
    private final String regex;
    private final List<String> excludedSuffixes;
    private final String excludedRegex;
    private final List<Integer> layers;
    private final String layersPattern;
    private final boolean none;

    private Targets(Builder builder, boolean none) {
        this.none = none;
        suffixes = builder.suffixes;
        regex = builder.regex;
        excludedSuffixes = builder.excludedSuffixes;
        excludedRegex = builder.excludedRegex;
        layers = builder.layers;
        layersPattern = builder.layersPattern;
    }

    /**
     * All linear layers but the task head.
     *
     * @return the selection
     */
    public static Targets allLinear() {
        return builder().build();
    }

    /**
     * No module at all, for methods that train only a head.
     *
     * @return the selection
     */
    public static Targets none() {
        return new Targets(builder(), true);
    }

    /**
     * Tells whether no module is meant.
     *
     * @return true for {@link #none()}
     */
    public boolean isNone() {
        return none;
    }

    /**
     * The modules with one of several suffixes.
     *
     * @param suffixes suffixes of module paths
     * @return the selection
     */
    public static Targets of(String... suffixes) {
        return builder().optSuffixes(List.of(suffixes)).build();
    }

    /**
     * Creates a builder; without further calls it selects all linear layers.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells whether all linear layers are meant, no names.
     *
     * @return true if neither suffixes nor a regular expression were given
     */
    public boolean isAllLinear() {
        return suffixes.isEmpty() && regex == null && !none;
    }

    /**
     * Tells whether a module is named by the suffixes or the regular expression (any module where
     * all linear layers are meant), whatever the exclusions and layers say.
     *
     * @param path the module path
     * @return true if it is
     */
    public boolean names(String path) {
        if (none) {
            return false;
        }
        if (regex != null) {
            return path.matches(regex);
        }
        return suffixes.isEmpty() || hasSuffix(path, suffixes);
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
                ? path.matches(excludedRegex)
                : hasSuffix(path, excludedSuffixes);
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
        // greedy, so that of several lists the innermost counts; the index is followed by a module
        String list = layersPattern == null ? ANY_LIST : layersPattern;
        Matcher matcher =
                Pattern.compile("(?:.*\\.)?(?:" + list + ")\\.(?<index>\\d+)\\..*").matcher(path);
        return matcher.matches()
                && layers.stream().anyMatch(i -> i.toString().equals(matcher.group("index")));
    }

    /**
     * The suffixes.
     *
     * @return the suffixes, empty if a regular expression was given or all linear layers are meant
     */
    public List<String> suffixes() {
        return suffixes;
    }

    /**
     * The regular expression.
     *
     * @return the expression or null
     */
    public String regex() {
        return regex;
    }

    /**
     * The excluded suffixes.
     *
     * @return the suffixes, empty for none
     */
    public List<String> excludedSuffixes() {
        return excludedSuffixes;
    }

    /**
     * The regular expression of excluded modules.
     *
     * @return the expression or null
     */
    public String excludedRegex() {
        return excludedRegex;
    }

    /**
     * The indices of the adapted layers.
     *
     * @return the indices, empty for all
     */
    public List<Integer> layers() {
        return layers;
    }

    /**
     * The name of the list that the layer indices count in.
     *
     * @return a name such as {@code layer}, or null for any
     */
    public String layersPattern() {
        return layersPattern;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Targets that
                && none == that.none
                && suffixes.equals(that.suffixes)
                && Objects.equals(regex, that.regex)
                && excludedSuffixes.equals(that.excludedSuffixes)
                && Objects.equals(excludedRegex, that.excludedRegex)
                && layers.equals(that.layers)
                && Objects.equals(layersPattern, that.layersPattern);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                none, suffixes, regex, excludedSuffixes, excludedRegex, layers, layersPattern);
    }

    @Override
    public String toString() {
        if (none) {
            return "none";
        }
        StringBuilder text = new StringBuilder();
        if (regex != null) {
            text.append("regex ").append(regex);
        } else {
            text.append(suffixes.isEmpty() ? "all-linear" : String.join(",", suffixes));
        }
        if (excludedRegex != null) {
            text.append(" without regex ").append(excludedRegex);
        } else if (!excludedSuffixes.isEmpty()) {
            text.append(" without ").append(String.join(",", excludedSuffixes));
        }
        if (!layers.isEmpty()) {
            text.append(" in layers ").append(layers);
            text.append(layersPattern == null ? "" : " of " + layersPattern);
        }
        return text.toString();
    }

    /** Builds a {@link Targets}. */
    public static final class Builder {

        private List<String> suffixes = List.of();
        private String regex;
        private List<String> excludedSuffixes = List.of();
        private String excludedRegex;
        private List<Integer> layers = List.of();
        private String layersPattern;

        private Builder() {}

        /**
         * Selects modules by suffixes of their paths.
         *
         * @param suffixes such as {@code query}
         * @return this builder
         */
        public Builder optSuffixes(List<String> suffixes) {
            this.suffixes = List.copyOf(suffixes);
            return this;
        }

        /**
         * Selects modules by a regular expression that must match the whole path.
         *
         * @param regex the expression
         * @return this builder
         */
        public Builder optRegex(String regex) {
            this.regex = checked(regex);
            return this;
        }

        /**
         * Leaves out modules by suffixes of their paths.
         *
         * @param suffixes the suffixes
         * @return this builder
         */
        public Builder optExcludedSuffixes(List<String> suffixes) {
            this.excludedSuffixes = List.copyOf(suffixes);
            return this;
        }

        /**
         * Leaves out modules by a regular expression on the whole path.
         *
         * @param regex the expression
         * @return this builder
         */
        public Builder optExcludedRegex(String regex) {
            this.excludedRegex = checked(regex);
            return this;
        }

        /**
         * Adapts only some layers: modules in whose path the last number between two names is one
         * of these indices.
         *
         * @param layers the indices
         * @return this builder
         */
        public Builder optLayers(List<Integer> layers) {
            this.layers = List.copyOf(layers);
            return this;
        }

        /**
         * Says in which list the layer indices count.
         *
         * @param pattern the name before the index, such as {@code layer}
         * @return this builder
         */
        public Builder optLayersPattern(String pattern) {
            this.layersPattern = checked(pattern);
            return this;
        }

        /**
         * Builds the selection.
         *
         * @return the selection
         * @throws IllegalArgumentException if settings contradict one another
         */
        public Targets build() {
            if (regex != null && !suffixes.isEmpty()) {
                throw new IllegalArgumentException(
                        "Targets are given as a list of suffixes or as a regular expression, not"
                                + " both.");
            }
            if (excludedRegex != null && !excludedSuffixes.isEmpty()) {
                throw new IllegalArgumentException(
                        "Exclusions are given as a list of suffixes or as a regular expression,"
                                + " not both.");
            }
            if (layersPattern != null && layers.isEmpty()) {
                throw new IllegalArgumentException(
                        "The layers pattern '"
                                + layersPattern
                                + "' says where layer indices count, but none are given.");
            }
            return new Targets(this, false);
        }

        private static String checked(String regex) {
            try {
                return regex == null ? null : Pattern.compile(regex).pattern();
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "'" + regex + "' is not a regular expression: " + e.getDescription(), e);
            }
        }
    }
}
