/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.OptionalDouble;
import javax.sql.RowSetMetaData;
import javax.sql.rowset.CachedRowSet;
import javax.sql.rowset.RowSetMetaDataImpl;
import javax.sql.rowset.RowSetProvider;
import org.djladapters.data.PairData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs from tables that call their columns something else, and from databases. */
class PairColumnsTest {

    private static final PairColumns ASKED = PairColumns.of("question", "passage");

    @TempDir private Path folder;

    @Test
    void pairsComeFromNamedColumnsOfAFile() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("pairs.csv"),
                        "id,passage,wrong,question,points\n7,\"Yes, it is.\",No.,Is it?,0.5\n");

        assertThat(PairData.read(csv, ASKED).rows())
                .containsExactly(
                        new Row(2, "Is it?", "Yes, it is.", OptionalDouble.empty(), List.of()));
        assertThat(PairData.read(csv, ASKED.withNegatives("wrong")).rows())
                .containsExactly(
                        new Row(
                                2,
                                "Is it?",
                                "Yes, it is.",
                                OptionalDouble.empty(),
                                List.of("No.")));
        assertThat(PairData.read(csv, ASKED.withScore("points")).rows())
                .containsExactly(
                        new Row(2, "Is it?", "Yes, it is.", OptionalDouble.of(0.5), List.of()));
    }

    @Test
    void whatAFileLacksIsNamed() throws IOException {
        Path tsv =
                Files.writeString(
                        folder.resolve("pairs.tsv"), "question\tpassage\tpoints\na\tb\tmany\n");
        assertThatThrownBy(() -> PairData.read(tsv, PairColumns.of("question", "text")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'text'");
        assertThatThrownBy(() -> PairData.read(tsv, ASKED.withScore("points")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("'many' where a number is needed");
    }

    @Test
    void eachTextHasAColumnOfItsOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PairColumns.of("text", "text"))
                .withMessage("The label and the texts need a column each, got text, text");
        assertThatIllegalArgumentException().isThrownBy(() -> PairColumns.of("text", " "));
    }

    @Test
    void pairsComeFromADatabaseWithoutALabel() throws SQLException {
        try (ResultSet result = result("ID", "PASSAGE", "QUESTION")) {
            assertThat(PairData.of(result, ASKED).rows())
                    .containsExactly(
                            new Row(1, "2", "1", OptionalDouble.empty(), List.of()),
                            new Row(2, "12", "11", OptionalDouble.empty(), List.of()));
        }
        try (ResultSet result = result("question", "passage", "points")) {
            assertThat(PairData.of(result, ASKED.withScore("points")).rows())
                    .contains(new Row(2, "10", "11", OptionalDouble.of(12), List.of()));
        }
        try (ResultSet result = result("question", "passage", "wrong")) {
            assertThat(PairData.of(result, ASKED.withNegatives("wrong")).rows())
                    .contains(new Row(1, "0", "1", OptionalDouble.empty(), List.of("2")));
        }
    }

    @Test
    void whatADatabaseLacksIsNamed() throws SQLException {
        try (ResultSet result = result("question", "answer")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PairData.of(result, ASKED))
                    .withMessageContaining("no column 'passage'; its columns are: question");
        }
        try (CachedRowSet result = result("question", "passage")) {
            result.absolute(2);
            result.updateNull(2);
            result.updateRow();
            result.beforeFirst();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PairData.of(result, ASKED))
                    .withMessageStartingWith(
                            "row 2 of the data in memory: the value in the column passage is"
                                    + " missing");
            result.last();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PairData.of(result, ASKED))
                    .withMessageContaining("no rows");
        }
    }

    /** Two rows; a cell holds the number of its row, 0 or 1, and that of its column. */
    private static CachedRowSet result(String... columns) throws SQLException {
        RowSetMetaData meta = new RowSetMetaDataImpl();
        meta.setColumnCount(columns.length);
        for (int i = 1; i <= columns.length; i++) {
            meta.setColumnName(i, columns[i - 1]);
            meta.setColumnLabel(i, columns[i - 1]);
            meta.setColumnType(i, Types.VARCHAR);
        }
        CachedRowSet rows = RowSetProvider.newFactory().createCachedRowSet();
        rows.setMetaData(meta);
        for (int number = 1; number >= 0; number--) { // each goes before those that are there
            rows.moveToInsertRow();
            for (int column = 0; column < columns.length; column++) {
                rows.updateString(column + 1, Integer.toString(10 * number + column));
            }
            rows.insertRow();
            rows.moveToCurrentRow();
            rows.beforeFirst();
        }
        return rows;
    }
}
