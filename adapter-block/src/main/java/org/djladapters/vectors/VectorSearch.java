/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.djladapters.io.Internal;

/**
 * Finds the nearest of all vectors to a query, in Java alone. Safe for threads.
 *
 * <p>Nearness is the product of the query with a vector, which is the cosine where both have length
 * 1. Queries are float32 whatever the vectors are: an int8 vector counts as the numbers that its
 * steps stand for. Of binary vectors and the signs of the query, the number of equal bits counts.
 *
 * <p>Binary vectors find quickly what may be near, and {@linkplain #rescoredBy other vectors} of
 * the same texts tell then what is: int8 or float32, which may lie in slower memory, or the binary
 * vectors themselves, since their product with a query tells more than equal bits.
 *
 * <pre>{@code
 * VectorSearch search =
 *         VectorSearch.of(QuantizedVectors.of(table, VectorEncoding.BINARY))
 *                 .rescoredBy(QuantizedVectors.of(table, VectorEncoding.INT8), 4);
 * List<VectorSearch.Hit> hits = search.search(query, 10);
 * }</pre>
 */
public final class VectorSearch {

    private final List<String> ids;
    private final int width;
    private final Function<float[], Similarity> first;
    private final Function<float[], Similarity> second;
    private final int multiplier;

    private VectorSearch(
            List<String> ids,
            int width,
            Function<float[], Similarity> first,
            Function<float[], Similarity> second,
            int multiplier) {
        this.ids = ids;
        this.width = width;
        this.first = first;
        this.second = second;
        this.multiplier = multiplier;
    }

    /**
     * A vector that was found.
     *
     * @param id its id
     * @param place its place among the ids
     * @param score how near it is: a product, or the number of equal bits
     */
    public record Hit(String id, int place, float score) {}

    /** Searches vectors of float32. */
    public static VectorSearch of(VectorTable table) {
        return new VectorSearch(table.ids(), table.width(), products(table), null, 1);
    }

    /** Searches quantized vectors. */
    public static VectorSearch of(QuantizedVectors vectors) {
        Function<float[], Similarity> similarity =
                vectors.encoding() == VectorEncoding.BINARY
                        ? equalBits(vectors)
                        : vectors::products;
        return new VectorSearch(vectors.ids(), vectors.width(), similarity, null, 1);
    }

    /**
     * Has other vectors of the same texts tell which of the nearest are near.
     *
     * @param vectors those whose product with the query counts
     * @param times how many times as many vectors as asked for are looked at again; those as near
     *     as the last of them are looked at, too
     * @throws IllegalArgumentException if the vectors are of other texts or another width, or times
     *     is less than 1
     */
    public VectorSearch rescoredBy(QuantizedVectors vectors, int times) {
        return rescored(vectors.ids(), vectors.width(), vectors::products, times);
    }

    /** Has vectors of float32 tell the same. */
    public VectorSearch rescoredBy(VectorTable table, int times) {
        return rescored(table.ids(), table.width(), products(table), times);
    }

    private VectorSearch rescored(
            List<String> others, int otherWidth, Function<float[], Similarity> by, int times) {
        if (!ids.equals(others) || width != otherWidth) {
            throw new IllegalArgumentException(
                    "Vectors can be told apart only by vectors of the same texts and width; give"
                            + " those of the same table");
        }
        if (times < 1) {
            throw new IllegalArgumentException(
                    "At least as many vectors as asked for are looked at again; choose 1 or more,"
                            + " got "
                            + times);
        }
        return new VectorSearch(ids, width, first, by, times);
    }

    private static Function<float[], Similarity> products(VectorTable table) {
        return query -> place -> table.product(query, place);
    }

    /** Keeps the bits in words, whose differences are counted at once. */
    private static Function<float[], Similarity> equalBits(QuantizedVectors vectors) {
        int perVector = (vectors.width() + Long.SIZE - 1) / Long.SIZE;
        long[] words = new long[Math.multiplyExact(vectors.size(), perVector)];
        for (int place = 0; place < vectors.size(); place++) {
            byte[] row = vectors.row(place);
            for (int i = 0; i < row.length; i++) {
                int shift = Long.SIZE - Byte.SIZE * (1 + i % Long.BYTES);
                words[place * perVector + i / Long.BYTES] |= (row[i] & 0xFFL) << shift;
            }
        }
        return query -> {
            long[] signs = new long[perVector];
            for (int i = 0; i < query.length; i++) {
                if (query[i] > 0) {
                    signs[i / Long.SIZE] |= Long.MIN_VALUE >>> i % Long.SIZE;
                }
            }
            return place -> {
                int different = 0;
                for (int i = 0; i < perVector; i++) {
                    different += Long.bitCount(signs[i] ^ words[place * perVector + i]);
                }
                return query.length - different;
            };
        };
    }

    /**
     * Finds the nearest vectors.
     *
     * @param query its numbers, as many as a vector has
     * @param count how many to find, at least 1
     * @return the nearest ones, the nearest first, of equally near ones that of the lower place
     * @throws IllegalArgumentException if the query is of another width or not finite
     */
    public List<Hit> search(float[] query, int count) {
        float[] scores = scores(query, count);
        int[] nearest = nearest(scores, count);
        List<Hit> hits = new ArrayList<>(nearest.length);
        for (int place : nearest) {
            hits.add(new Hit(ids.get(place), place, scores[place]));
        }
        return hits;
    }

    /**
     * Compares a query with all vectors.
     *
     * @param count how many are to be found
     * @return the score of each; that of those that are not looked at again is minus infinity
     */
    @Internal
    public float[] scores(float[] query, int count) {
        if (query.length != width) {
            throw new IllegalArgumentException(
                    "The query has %d numbers where the vectors have %d; embed both with one model"
                            .formatted(query.length, width));
        }
        if (count < 1) {
            throw new IllegalArgumentException("Choose at least 1 vector to find, got " + count);
        }
        for (float number : query) {
            if (!Float.isFinite(number)) {
                throw new IllegalArgumentException(
                        "The query has a number that is not finite; embed it again");
            }
        }
        Similarity similarity = first.apply(query);
        float[] scores = new float[ids.size()];
        for (int place = 0; place < scores.length; place++) {
            scores[place] = similarity.of(place);
        }
        if (second == null) {
            return scores;
        }
        int[] near = nearest(scores, (int) Math.min((long) count * multiplier, scores.length));
        float last = scores[near[near.length - 1]];
        Similarity exact = second.apply(query);
        for (int place = 0; place < scores.length; place++) {
            scores[place] = scores[place] >= last ? exact.of(place) : Float.NEGATIVE_INFINITY;
        }
        return scores;
    }

    /** Returns the places of the highest scores, highest first, none of minus infinity. */
    private static int[] nearest(float[] scores, int count) {
        int[] places = new int[Math.min(count, scores.length)];
        int found = 0;
        for (int place = 0; place < scores.length; place++) {
            float score = scores[place];
            boolean full = found == places.length;
            if (score == Float.NEGATIVE_INFINITY || (full && score <= scores[places[found - 1]])) {
                continue;
            }
            int at = full ? found - 1 : found;
            while (at > 0 && scores[places[at - 1]] < score) {
                places[at] = places[at - 1];
                at--;
            }
            places[at] = place;
            found = full ? found : found + 1;
        }
        return Arrays.copyOf(places, found);
    }
}
