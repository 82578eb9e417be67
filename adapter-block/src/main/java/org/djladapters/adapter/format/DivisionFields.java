/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import java.io.IOException;

/** The two fields of PEFT's configurations of which one, the other being 0, says how to divide. */
public final class DivisionFields {

    private DivisionFields() {}

    /** Requires that one of the fields is 0 and the other not. */
    public static void requireOne(
            ConfigFields fields, String numberField, int number, String sizeField, int size)
            throws IOException {
        if ((number == 0) == (size == 0)) {
            throw fields.invalid(
                    "the fields '"
                            + numberField
                            + "' and '"
                            + sizeField
                            + "' are "
                            + number
                            + " and "
                            + size
                            + "; one of them must be 0 and the other not",
                    null);
        }
    }
}
