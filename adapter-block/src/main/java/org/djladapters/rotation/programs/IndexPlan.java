/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;

/**
 * The index arrays by which {@code compound.py} gathers: where the entries of a skew matrix or the
 * angles of Givens rotations are in the packed triangle, and which entries the Laplace expansion
 * along the first column combines.
 */
public final class IndexPlan {

    /** Stands for the map {@link OrthogonalMap#NEUMANN} where the last term counts once. */
    static final long LAST_ONCE = 5;

    /** The numbers of {@link #options} in their sequence; then come the orders. */
    private enum Option {
        SIZE,
        BLOCKS,
        BLOCK_SIZE,
        MAP,
        TERMS,
        RULE,
        ADDED,
        CENTERED,
        OFFSETS,
        GAINS
    }

    private final CompoundForm form;

    IndexPlan(CompoundForm form) {
        this.form = form;
    }

    /**
     * Returns the arrays in the sequence that {@code compound.py} expects: the gather of the
     * parameters, the expansions of the orders 2, 3, ..., and the shifts.
     */
    List<long[][]> arrays() {
        List<long[][]> arrays = new ArrayList<>();
        CompoundLayout layout = form.layout();
        arrays.add(new long[][] {parameterGather(form.map(), layout.size())});
        for (int k = 2; k <= layout.largestOrder(); k++) {
            arrays.addAll(expansion(layout.size(), k));
        }
        arrays.add(shifts());
        return arrays;
    }

    /** Returns the numbers that the function {@code form} of {@code compound.py} names. */
    long[] options() {
        LongStream numbers = Arrays.stream(Option.values()).mapToLong(this::option);
        LongStream orders = form.layout().orders().stream().mapToLong(Integer::longValue);
        return LongStream.concat(numbers, orders).toArray();
    }

    private long option(Option option) {
        return switch (option) {
            case SIZE -> form.layout().size();
            case BLOCKS -> form.layout().blocks();
            case BLOCK_SIZE -> form.layout().blockSize();
            case MAP -> mapCode(form.map());
            case TERMS -> form.terms();
            case RULE -> ruleCode(form.rule());
            case ADDED -> form.added() ? 1 : 0;
            case CENTERED -> form.centered() ? 1 : 0;
            case OFFSETS -> form.offsets() ? 1 : 0;
            case GAINS -> form.gains() ? 1 : 0;
        };
    }

    /** Tells whether there are gathers before and after the steps. */
    boolean hasStepGathers() {
        return form.hasShiftedSteps() || form.strided();
    }

    /**
     * Returns the gathers between the steps of a rotation. In a multiplied chain with offsets, with
     * shift s<sub>i</sub>, link i acts on z[c] = y[(c - s<sub>i</sub>) mod m], and consecutive
     * gathers are composed. The first one brings strided coordinates together, the last one back.
     */
    long[][] stepGathers() {
        int steps = form.hasShiftedSteps() ? form.chain() : 1;
        long[][] gathers = shiftGathers(steps);
        int[] coordinates = form.coordinates();
        long[] last = gathers[steps].clone();
        for (int at = 0; at < coordinates.length; at++) {
            gathers[0][at] = coordinates[(int) gathers[0][at]];
            gathers[steps][coordinates[at]] = last[at];
        }
        return gathers;
    }

    private long[][] shiftGathers(int steps) {
        int m = form.layout().rotated();
        long[][] gathers = new long[steps + 1][m];
        for (int step = 0; step <= steps; step++) {
            int before = step == 0 || steps == 1 ? 0 : form.shift(step - 1);
            int after = step == steps || steps == 1 ? 0 : form.shift(step);
            for (int c = 0; c < m; c++) {
                gathers[step][c] = Math.floorMod((long) c - after + before, m);
            }
        }
        return gathers;
    }

    private long[][] shifts() {
        int m = form.layout().rotated();
        long[][] shifts = new long[form.chain()][m];
        for (int i = 0; i < form.chain(); i++) {
            for (int c = 0; c < m; c++) {
                shifts[i][c] = ((long) c + form.shift(i)) % m;
            }
        }
        return shifts;
    }

    /** Returns the gather by which a map takes its parameters. */
    static long[] parameterGather(OrthogonalMap map, int n) {
        return map == OrthogonalMap.GIVENS ? gateGather(n) : skewGather(n);
    }

    /**
     * Returns where the angles of {@link OrthogonalMap#GIVENS} are in the packed triangle, layer by
     * layer: the planes of the wires that are exchanged.
     */
    private static long[] gateGather(int n) {
        long[] triangle = skewGather(n);
        int[] wires = IntStream.range(0, n).toArray();
        long[] gather = new long[n * (n - 1) / 2];
        int gate = 0;
        for (int layer = 0; layer < n; layer++) {
            for (int at = layer % 2; at + 1 < n; at += 2) {
                int i = wires[at];
                int j = wires[at + 1];
                // wires meet once, before which they are in ascending order
                gather[gate++] = triangle[i * n + j];
                wires[at] = j;
                wires[at + 1] = i;
            }
        }
        return gather;
    }

    /** Returns where the entries of a skew matrix are in (triangle, -triangle, 0), row by row. */
    static long[] skewGather(int n) {
        int triangle = n * (n - 1) / 2;
        long[] gather = new long[n * n];
        Arrays.fill(gather, 2L * triangle);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                gather[i * n + j] = at;
                gather[j * n + i] = (long) triangle + at;
                at++;
            }
        }
        return gather;
    }

    /** Returns where the entries above the diagonal are in a matrix, row by row. */
    static long[] upperTriangle(int n) {
        long[] upper = new long[n * (n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                upper[at++] = (long) i * n + j;
            }
        }
        return upper;
    }

    /** Returns the four arrays that {@code compound.py} names {@code Expansion}. */
    private static List<long[][]> expansion(int n, int k) {
        List<int[]> subsets = CompoundLayout.subsets(n, k);
        int count = subsets.size();
        long[][] firstColumn = new long[1][count];
        long[][] columnRest = new long[1][count];
        long[][] pickedRow = new long[1][count * k];
        long[][] rowRest = new long[1][count * k];
        for (int s = 0; s < count; s++) {
            int[] subset = subsets.get(s);
            firstColumn[0][s] = subset[0];
            columnRest[0][s] = rank(without(subset, 0), n);
            for (int t = 0; t < k; t++) {
                pickedRow[0][s * k + t] = subset[t];
                rowRest[0][s * k + t] = rank(without(subset, t), n);
            }
        }
        return List.of(firstColumn, columnRest, pickedRow, rowRest);
    }

    /** Returns the position of a subset in the lexicographic order of the subsets of its size. */
    static long rank(int[] subset, int n) {
        int k = subset.length;
        long rank = 0;
        int previous = -1;
        for (int i = 0; i < k; i++) {
            for (int skipped = previous + 1; skipped < subset[i]; skipped++) {
                rank += CompoundLayout.binomial(n - 1 - skipped, k - 1 - i);
            }
            previous = subset[i];
        }
        return rank;
    }

    private static int[] without(int[] subset, int position) {
        int[] rest = new int[subset.length - 1];
        System.arraycopy(subset, 0, rest, 0, position);
        System.arraycopy(subset, position + 1, rest, position, rest.length - position);
        return rest;
    }

    /** Returns the number that {@code orthogonal.py} knows a map by. */
    static int mapCode(OrthogonalMap map) {
        return switch (map) {
            case CAYLEY -> 0;
            case NEUMANN -> 1;
            case EXPONENTIAL -> 2;
            case MATRIX -> 3;
            case GIVENS -> 4;
        };
    }

    /** Returns the number that {@code compound.py} knows a rule by. */
    private static int ruleCode(EntryRule rule) {
        return switch (rule) {
            case DETERMINANT -> 0;
            case MAXIMUM -> 1;
            case AVERAGE -> 2;
            case PERMANENT -> 3;
        };
    }
}
