/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.List;

/** Shows what about an adapter its user may not have meant. */
final class Warnings {

    private Warnings() {}

    static void print(List<String> warnings, PrintWriter err) {
        warnings.forEach(warning -> err.println("warning: " + PlainText.line(warning)));
    }
}
