/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A part of a report. Texts are plain; the writers escape them. */
sealed interface Block {

    /** A heading; level 1 is the title. With an anchor, one can link to it. */
    record Heading(int level, String text, Optional<String> anchor) implements Block {

        Heading(int level, String text) {
            this(level, text, Optional.empty());
        }
    }

    /** A paragraph. */
    record Paragraph(String text) implements Block {}

    /** Points of a list. */
    record Bullets(List<String> points) implements Block {

        public Bullets {
            points = List.copyOf(points);
        }
    }

    /** A table; its rows are as long as the header. */
    record Table(List<String> header, List<List<String>> rows) implements Block {

        public Table {
            header = List.copyOf(header);
            rows = rows.stream().map(List::copyOf).toList();
        }

        /** Leaves out the first column. */
        Table withoutFirst() {
            return new Table(
                    header.subList(1, header.size()),
                    rows.stream().map(row -> row.subList(1, row.size())).toList());
        }
    }

    /** Pictures that belong together. */
    record Gallery(List<Picture> pictures) implements Block {

        public Gallery {
            pictures = List.copyOf(pictures);
        }
    }

    /** Blocks that are folded under a summary. */
    record Details(String summary, List<Block> blocks) implements Block {

        public Details {
            blocks = List.copyOf(blocks);
        }
    }

    /** A picture: the name of its file, and its bytes, whose position does not change. */
    record Picture(String file, String caption, ByteBuffer png) {}

    /** Collects the rows of a table. */
    final class Rows {

        private final List<List<String>> rows = new ArrayList<>();

        Rows add(List<String> row) {
            rows.add(row);
            return this;
        }

        Rows add(String... cells) {
            return add(List.of(cells));
        }

        boolean isEmpty() {
            return rows.isEmpty();
        }

        Table under(List<String> header) {
            return new Table(header, rows);
        }

        Table under(String... header) {
            return under(List.of(header));
        }
    }
}
