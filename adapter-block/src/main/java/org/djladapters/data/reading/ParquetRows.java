/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;

/**
 * Reads the rows of a Parquet file, a page of each column at a time. The schema names the columns;
 * rows are numbered from 1.
 *
 * <p>A cell is the text of a string, or a number or boolean as Java writes it; it is {@code null}
 * where the file has none, or the column is not read. Where lists are read, a cell is the list as
 * JSON.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">the format</a>
 */
final class ParquetRows implements TableForm.Lines {

    /** The bytes at the beginning and the end of a file. */
    private static final int MAGIC = 0x31524150; // "PAR1"

    /** The bytes at the end of a file whose schema is encrypted. */
    private static final int MAGIC_ENCRYPTED = 0x45524150; // "PARE"

    /** The length of the footer and the magic bytes, at the end. */
    private static final int TAIL = 8;

    private final Path file;
    private final FileChannel channel;
    private final FileMetaData footer;
    private final List<String> names = new ArrayList<>();

    /** The columns that are read; null in the place of another. */
    private final List<ParquetColumn> columns = new ArrayList<>();

    private final MessageType schema;

    private List<ColumnReader> readers = List.of();
    private int group;
    private long left;
    private long number;

    ParquetRows(Path file, MessageDigest digest, Optional<Set<String>> wanted, Set<String> lists)
            throws IOException {
        this.file = file;
        Sha256.update(digest, file);
        channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            footer = footer();
            findColumns(wanted, lists);
            schema =
                    new MessageType(
                            "rows",
                            columns.stream()
                                    .filter(column -> column != null)
                                    .<Type>map(ParquetColumn::type)
                                    .toList());
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            channel.close();
            throw refusal(e);
        }
    }

    private FileMetaData footer() throws IOException {
        long size = channel.size();
        ByteBuffer tail = ByteBuffer.wrap(read(size - TAIL, TAIL)).order(ByteOrder.LITTLE_ENDIAN);
        int length = tail.getInt();
        int magic = tail.getInt();
        if (magic == MAGIC_ENCRYPTED) {
            throw new MalformedFileException(file, "is encrypted; give a file that is not");
        }
        if (magic != MAGIC) {
            throw new MalformedFileException(
                    file, "is not a Parquet file, as its last bytes are not PAR1");
        }
        byte[] bytes = read(size - TAIL - Integer.toUnsignedLong(length), length);
        return Util.readFileMetaData(new ByteArrayInputStream(bytes));
    }

    private byte[] read(long start, int length) throws IOException {
        if (start < Integer.BYTES || length < 0) {
            throw new MalformedFileException(file, "is too short for a Parquet file");
        }
        ByteBuffer bytes = ByteBuffer.wrap(new byte[length]);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, start + bytes.position()) < 0) {
                throw new MalformedFileException(file, "ends too early");
            }
        }
        return bytes.array();
    }

    /** Finds the columns below the root of the schema, which is a tree written out parent first. */
    private void findColumns(Optional<Set<String>> wanted, Set<String> lists) throws IOException {
        List<SchemaElement> tree = footer.getSchema();
        int at = 1;
        while (at < tree.size()) {
            String name = tree.get(at).getName();
            int next = after(tree, at);
            boolean isRead = wanted.isEmpty() || wanted.get().contains(name);
            names.add(name);
            columns.add(
                    isRead
                            ? ParquetColumn.of(file, tree.subList(at, next), lists.contains(name))
                            : null);
            at = next;
        }
    }

    /** Returns the place behind an element and all below it. */
    private static int after(List<SchemaElement> tree, int element) {
        int at = element;
        long open = 1;
        while (open > 0 && at < tree.size()) {
            open += Math.max(0, tree.get(at).getNum_children()) - 1L;
            at++;
        }
        return at;
    }

    @Override
    public Table.Line next() throws IOException {
        try {
            if (number == 0) {
                number = 1;
                return new Table.Line(1, names);
            }
            while (left == 0) {
                if (group == footer.getRow_groupsSize()) {
                    return null;
                }
                open(footer.getRow_groups().get(group));
                group++;
            }
            List<String> cells = new ArrayList<>();
            int next = 0;
            for (ParquetColumn column : columns) {
                cells.add(column == null ? null : column.text(readers.get(next++)));
            }
            left--;
            return new Table.Line(number++, cells);
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw refusal(e);
        }
    }

    private void open(RowGroup rows) throws IOException {
        ParquetPages.Group pages = new ParquetPages.Group(file, channel, rows);
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(
                        pages, new ParquetColumn.Nothing(schema), schema, footer.getCreated_by());
        readers = schema.getColumns().stream().map(store::getColumnReader).toList();
        left = rows.getNum_rows();
    }

    /** Says what is wrong where the library for the format does not say it as we do. */
    private IOException refusal(Throwable thrown) {
        if (thrown instanceof MalformedFileException refusal) {
            return refusal;
        }
        if (thrown.getCause() instanceof MalformedFileException refusal) {
            return refusal; // of a page, where the library can't throw it
        }
        String problem =
                thrown instanceof OutOfMemoryError
                        ? "is damaged, or needs more memory; raise java -Xmx"
                        : "is damaged, or of a form of Parquet that is not read (%s); write it anew"
                                .formatted(
                                        MalformedFileException.printable(
                                                String.valueOf(thrown.getMessage())));
        return new MalformedFileException(file, problem, thrown);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
