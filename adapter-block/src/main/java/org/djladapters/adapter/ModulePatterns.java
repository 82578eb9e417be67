/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.io.Internal;

/**
 * Values for some modules of a model, as in PEFT's {@code rank_pattern} and {@code alpha_pattern}.
 *
 * <p>A key is a regular expression. It is for a module if it matches the whole path or what follows
 * a dot in it: {@code query} is for {@code encoder.layer.0.attention.self.query}, {@code
 * layer\.0\..*} for everything of that layer. A key that begins with {@code ^} must match the whole
 * path.
 *
 * <p>Of several keys for one module the one with {@code ^} wins, then the longest, then the
 * alphabetically first; the order of the keys does not matter. PEFT takes the first in that order
 * instead, as {@link #inOrder} does.
 */
@Internal
public final class ModulePatterns<T> {

    /** Most specific keys first. */
    private static final Comparator<String> PRECEDENCE =
            Comparator.comparing((String key) -> !key.startsWith("^"))
                    .thenComparing(Comparator.comparingInt(String::length).reversed())
                    .thenComparing(Comparator.naturalOrder());

    private final Map<String, T> values;
    private final Map<String, PathExpression> patterns = new LinkedHashMap<>();

    private ModulePatterns(Map<String, T> values, Stream<String> keys) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.values.values().forEach(Objects::requireNonNull);
        keys.forEach(k -> patterns.put(k, PathExpression.parse(k)));
    }

    /**
     * Returns values by keys; throws an {@link IllegalArgumentException} if a key is no regular
     * expression, or has what {@link Targets.Builder#optRegex} does not support.
     */
    public static <T> ModulePatterns<T> of(Map<String, T> values) {
        return new ModulePatterns<>(values, values.keySet().stream().sorted(PRECEDENCE));
    }

    /** Returns values by keys of which the first one that is for a module counts, as in PEFT. */
    public static <T> ModulePatterns<T> inOrder(Map<String, T> values) {
        return new ModulePatterns<>(values, values.keySet().stream());
    }

    /** Returns no values. */
    public static <T> ModulePatterns<T> none() {
        return of(Map.of());
    }

    /** Returns the value for a module, or another one if no key is for it. */
    public T valueFor(String path, T otherwise) {
        return patterns.entrySet().stream()
                .filter(entry -> entry.getValue().matchesTail(path))
                .findFirst()
                .map(entry -> values.get(entry.getKey()))
                .orElse(otherwise);
    }

    /**
     * Returns the keys that are for none of several modules, in the order in which they were given.
     */
    public List<String> unused(Collection<String> paths) {
        return values.keySet().stream()
                .filter(key -> paths.stream().noneMatch(p -> patterns.get(key).matchesTail(p)))
                .toList();
    }

    /**
     * Returns a sentence on keys that are for none of the adapted modules, empty if all are used;
     * it names the values, such as {@code rank pattern}.
     */
    public Optional<String> warning(String what, Collection<String> paths) {
        List<String> unused = unused(paths);
        if (unused.isEmpty()) {
            return Optional.empty();
        }
        String example = paths.stream().findFirst().map(path -> ", such as " + path).orElse("");
        return Optional.of(
                "The %s %s matches none of the adapted modules%s"
                        .formatted(what, String.join(", ", unused), example));
    }

    /** {@return true if there are no values} */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** {@return the values by their keys, in the order in which they were given} */
    public Map<String, T> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModulePatterns<?> that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
