/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A run of the program: its exit status and what it printed. */
public record Run(int status, List<String> out, List<String> err) {

    public static Run of(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int status = Adapters.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new Run(status, out.toString().lines().toList(), err.toString().lines().toList());
    }
}
