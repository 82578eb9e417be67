/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.djladapters.data.encoding.TextEncoder;

/**
 * The tokens of rows. Rows in memory are tokenized once, before the first batch; those that are not
 * are read and tokenized whenever a batch needs them, and batches have members of about as many
 * characters instead of tokens, so that training begins at once.
 */
final class TokenizedRows {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Function<Integer, List<TextEncoder.Tokens>> tokens;
    private final int[] lengths;

    private TokenizedRows(Function<Integer, List<TextEncoder.Tokens>> tokens, int[] lengths) {
        this.tokens = tokens;
        this.lengths = lengths;
    }

    /**
     * Tokenizes rows now or later.
     *
     * @param encoder what the function tokenizes with; it is closed when it is not needed any more
     * @param tokenize makes the sequences of a row
     * @param count counts the tokens that make a row long
     * @param characters counts the characters that make it long
     */
    static <R> TokenizedRows of(
            RowData<R> data,
            TextEncoder encoder,
            Function<R, List<TextEncoder.Tokens>> tokenize,
            ToIntFunction<List<TextEncoder.Tokens>> count,
            ToIntFunction<R> characters) {
        List<R> rows = data.rows();
        if (data.areStored()) {
            int[] lengths = rows.stream().mapToInt(characters).toArray();
            TokenizedRows later = new TokenizedRows(row -> tokenize.apply(rows.get(row)), lengths);
            CLEANER.register(later, encoder::close);
            return later;
        }
        try (encoder) {
            List<List<TextEncoder.Tokens>> all = rows.stream().map(tokenize).toList();
            return new TokenizedRows(all::get, all.stream().mapToInt(count).toArray());
        }
    }

    /** Returns the sequences that the model reads of a row. */
    List<TextEncoder.Tokens> get(int row) {
        try {
            return tokens.apply(row);
        } finally {
            Reference.reachabilityFence(this); // the encoder is in use until here
        }
    }

    /** Measures a row, so that those of similar length share a batch. */
    int length(int row) {
        return lengths[row];
    }
}
