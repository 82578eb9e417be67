/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.List;

/** Texts or pairs of texts, with one label each or with any number of them. */
public abstract sealed class LabelledTexts extends RowData<TextData.Row>
        permits TextData, MultiLabelData {

    private final boolean pairs;

    LabelledTexts(Origin origin, boolean pairs, List<TextData.Row> rows) {
        super(origin, rows, TextData.Row::line);
        this.pairs = pairs;
    }

    /**
     * Tells whether the examples are pairs of texts.
     *
     * @return true if every example has a second text
     */
    public final boolean isPairs() {
        return pairs;
    }
}
