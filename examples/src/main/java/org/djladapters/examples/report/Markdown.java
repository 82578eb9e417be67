/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Writes a report as Markdown, with pictures in files beside it. */
final class Markdown {

    private Markdown() {}

    static String of(List<Block> blocks) {
        return blocks.stream().map(Markdown::of).collect(joining("\n\n", "", "\n"));
    }

    private static String of(Block block) {
        if (block instanceof Block.Heading heading) {
            return "#".repeat(heading.level()) + " " + escape(heading.text());
        } else if (block instanceof Block.Paragraph paragraph) {
            return escape(paragraph.text());
        } else if (block instanceof Block.Bullets bullets) {
            return bullets.points().stream()
                    .map(point -> "- " + escape(point))
                    .collect(joining("\n"));
        } else if (block instanceof Block.Table table) {
            return table(table);
        }
        if (block instanceof Block.Details details) {
            return "<details><summary>"
                    + Html.escape(details.summary())
                    + "</summary>\n\n"
                    + details.blocks().stream().map(Markdown::of).collect(joining("\n\n"))
                    + "\n\n</details>";
        }
        return ((Block.Gallery) block)
                .pictures().stream()
                        .map(p -> "![%s](%s)".formatted(escape(p.caption()), p.file()))
                        .collect(joining("\n\n"));
    }

    private static String table(Block.Table table) {
        return row(table.header())
                + "\n|"
                + "---|".repeat(table.header().size())
                + table.rows().stream().map(row -> "\n" + row(row)).collect(joining());
    }

    private static String row(List<String> cells) {
        return cells.stream().map(Markdown::escape).collect(joining(" | ", "| ", " |"));
    }

    /** Escapes the marks of Markdown and joins lines. */
    static String escape(String text) {
        return text.strip()
                .replaceAll("\\s*\\R\\s*", " ")
                .replaceAll("([\\\\`*_\\[\\]<>|~#&])", "\\\\$1");
    }
}
