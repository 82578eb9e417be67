/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** An entity in a sentence: some words after one another, with a type. */
public record EntitySpan(String type, int first, int last) {

    /** The tag of a word outside of all entities. */
    public static final String OUTSIDE = "O";

    private static final Pattern TAG = Pattern.compile("O|[BIESLU]-.*\\S");

    /** Tells whether a text is a tag: {@link #OUTSIDE}, or a type after a prefix. */
    public static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    /** Returns the prefix of a tag: B, I, E, S or O; L and U mean the same as E and S. */
    public static char prefix(String tag) {
        return switch (tag.charAt(0)) {
            case 'L' -> 'E';
            case 'U' -> 'S';
            default -> tag.charAt(0);
        };
    }

    /** Returns the type in a tag, empty for {@link #OUTSIDE}. */
    public static String type(String tag) {
        return tag.equals(OUTSIDE) ? "" : tag.substring(2);
    }

    /**
     * Finds the entities that tags mark, also where the tags contradict each other: an entity
     * begins with {@code B} or {@code S}, after {@code O}, {@code E} or {@code S}, and where the
     * type changes; it lasts until another one begins or {@code O} comes. This is how seqeval reads
     * tags by default, which knows {@code L} and {@code U} only where a scheme is given.
     *
     * @see <a href="https://github.com/chakki-works/seqeval">seqeval, get_entities</a>
     */
    public static List<EntitySpan> of(List<String> tags) {
        List<EntitySpan> entities = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < tags.size(); i++) {
            String tag = tags.get(i);
            if (!tag.equals(OUTSIDE)) {
                first = begins(i == 0 ? OUTSIDE : tags.get(i - 1), tag) ? i : first;
                String next = i + 1 < tags.size() ? tags.get(i + 1) : OUTSIDE;
                if (next.equals(OUTSIDE) || begins(tag, next)) {
                    entities.add(new EntitySpan(type(tag), first, i));
                }
            }
        }
        return entities;
    }

    /** The agreement of the entities predicted for a sentence with its own. */
    public record Agreement(int right, int predicted, int entities) {}

    /** Compares the entities of predicted tags with those of a sentence's own tags. */
    public static Agreement agreement(List<String> predicted, List<String> tags) {
        Set<EntitySpan> found = new HashSet<>(of(predicted));
        Set<EntitySpan> entities = new HashSet<>(of(tags));
        int all = found.size();
        found.retainAll(entities);
        return new Agreement(found.size(), all, entities.size());
    }

    private static boolean begins(String previous, String tag) {
        char before = prefix(previous);
        char now = prefix(tag);
        return now == 'B'
                || now == 'S'
                || before == 'O'
                || before == 'E'
                || before == 'S'
                || !type(previous).equals(type(tag));
    }
}
