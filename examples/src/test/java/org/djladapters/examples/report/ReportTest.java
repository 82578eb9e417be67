/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.file.*;
import java.util.*;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.djladapters.examples.report.SyntheticSweep.Made;

class ReportTest {
    public static void main(String[] a) throws Exception {
        Path f = Path.of(a[0]);
        int n = Integer.parseInt(a[1]);
        List<Path> in = new ArrayList<>();
        Map<String, Kind> tasks = new LinkedHashMap<>();
        tasks.put("similarity", Kind.SCORES);
        tasks.put("grammar", Kind.CLASSES);
        tasks.put("mood", Kind.HITS);
        tasks.put("entities", Kind.SPANS);
        tasks.put("search", Kind.RANKS);
        tasks.put("chance", Kind.CLASSES);
        String[] names = {"text", "pictures", "third", "fourth"};
        for (int s = 0; s < n; s++) {
            SyntheticSweep w = new SyntheticSweep(names[s], f.resolve(names[s]));
            for (Made m : SyntheticSweep.many())
                for (var t : tasks.entrySet()) {
                    double ab =
                            t.getKey().equals("chance")
                                    ? 0.52
                                    : m.ability() + 0.01 * t.getKey().length() / 4;
                    if (m.name().startsWith("VeRA") && t.getKey().equals("search")) {
                        w.fail(m.name(), m.family(), "search", 1, "no memory");
                        continue;
                    }
                    w.add(
                            m.name(),
                            m.family(),
                            m.parameters(),
                            t.getKey(),
                            t.getValue(),
                            ab,
                            m.seeds());
                }
            if (s == 1) w.untested();
            w.search("blocks of 92", "mood", 0.8, 12).search("blocks of 64", "mood", 0.7, 12);
            in.add(w.write());
        }
        long t = System.nanoTime();
        System.out.println(
                Report.builder().setResults(in).setOutput(f.resolve("out")).build().write());
        System.out.println((System.nanoTime() - t) / 1e9 + " s");
    }
}
