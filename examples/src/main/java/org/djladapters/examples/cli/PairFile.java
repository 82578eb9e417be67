/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.data.PairData;

/** A file of pairs to write, in a form that also holds texts with line breaks. */
record PairFile(Path file, RowWriter.Form form) {

    /** The forms, for the help. */
    static final String FORMS = "TSV, CSV or JSON Lines (.tsv, .csv, .jsonl)";

    /** Names a file; one whose name does not end in a form is refused. */
    static PairFile of(Path file) {
        return new PairFile(file, RowWriter.Form.of("The file of pairs", file));
    }

    /** Writes pairs, with their negative and their weight where they have one. */
    void write(PairData pairs) throws IOException {
        RowWriter.writeFile(
                file,
                form,
                writer -> {
                    for (PairData.Row row : pairs.rows()) {
                        JsonObject cells = new JsonObject();
                        cells.addProperty("sentence1", row.first());
                        cells.addProperty("sentence2", row.second());
                        row.negatives().forEach(text -> cells.addProperty("negative", text));
                        row.weight().ifPresent(weight -> cells.addProperty("weight", weight));
                        writer.write("The pair of '%s'".formatted(row.first()), cells);
                    }
                });
    }
}
