/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.djladapters.io.MalformedFileException;

/** The pages of a column in a group of rows, of which one is in memory. */
final class ParquetPages implements PageReader {

    private final Path file;
    private final ColumnMetaData column;
    private final InputStream in;
    private long left;

    /** The header of the page that comes next, when it has been read already. */
    private PageHeader ahead;

    private ParquetPages(Path file, FileChannel channel, ColumnMetaData column) throws IOException {
        this.file = file;
        this.column = column;
        long start = column.getData_page_offset();
        if (column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0) {
            start = Math.min(start, column.getDictionary_page_offset());
        }
        left = column.getTotal_compressed_size();
        if (start < 0 || left < 0 || left > channel.size() - start) {
            throw new MalformedFileException(file, "has a column that ends behind the file");
        }
        in = new BufferedInputStream(new Part(channel, start, start + left));
    }

    /** The columns of a group of rows. */
    record Group(Path file, FileChannel channel, RowGroup rows) implements PageReadStore {

        @Override
        public PageReader getPageReader(ColumnDescriptor descriptor) {
            try {
                for (ColumnChunk chunk : rows.getColumns()) {
                    ColumnMetaData column = chunk.getMeta_data();
                    List<String> path = column == null ? List.of() : column.getPath_in_schema();
                    if (path.equals(Arrays.asList(descriptor.getPath()))) {
                        boolean isList = descriptor.getMaxRepetitionLevel() > 0;
                        long surplus = column.getNum_values() - rows.getNum_rows();
                        if (rows.getNum_rows() < 0 || surplus < 0 || (surplus > 0 && !isList)) {
                            throw new MalformedFileException(
                                    file, "has a column with another number of values than rows");
                        }
                        return new ParquetPages(file, channel, column);
                    }
                }
                throw new MalformedFileException(
                        file, "has a group of rows without one of its columns");
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public long getRowCount() {
            return rows.getNum_rows();
        }
    }

    /** The bytes of a part of a file. */
    private static final class Part extends InputStream {

        private final FileChannel channel;
        private final long end;
        private long at;

        Part(FileChannel channel, long start, long end) {
            this.channel = channel;
            this.at = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int most = (int) Math.min(length, end - at);
            if (most <= 0) {
                return length == 0 ? 0 : -1;
            }
            int count = channel.read(ByteBuffer.wrap(bytes, offset, most), at);
            at += Math.max(0, count);
            return count;
        }
    }

    @Override
    public long getTotalValueCount() {
        return column.getNum_values();
    }

    @Override
    public DictionaryPage readDictionaryPage() {
        try {
            PageHeader header = header();
            if (header == null || header.getType() != PageType.DICTIONARY_PAGE) {
                return null;
            }
            ahead = null;
            return new DictionaryPage(
                    BytesInput.from(decompressed(body(header), 0, header)),
                    header.getDictionary_page_header().getNum_values(),
                    encoding(header.getDictionary_page_header().getEncoding()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public DataPage readPage() {
        try {
            for (PageHeader header = header(); header != null; header = header()) {
                ahead = null;
                byte[] body = body(header);
                if (header.getType() == PageType.DATA_PAGE) {
                    return page(header, header.getData_page_header(), body);
                }
                if (header.getType() == PageType.DATA_PAGE_V2) {
                    return page(header, header.getData_page_header_v2(), body);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private DataPage page(PageHeader header, DataPageHeader data, byte[] body) throws IOException {
        return new DataPageV1(
                BytesInput.from(decompressed(body, 0, header)),
                data.getNum_values(),
                header.getUncompressed_page_size(),
                null,
                encoding(data.getRepetition_level_encoding()),
                encoding(data.getDefinition_level_encoding()),
                encoding(data.getEncoding()));
    }

    private DataPage page(PageHeader header, DataPageHeaderV2 data, byte[] body)
            throws IOException {
        int repetition = data.getRepetition_levels_byte_length();
        int levels = Math.addExact(repetition, data.getDefinition_levels_byte_length());
        byte[] values =
                data.isIs_compressed() || !data.isSetIs_compressed()
                        ? decompressed(body, levels, header)
                        : Arrays.copyOfRange(body, levels, body.length);
        return DataPageV2.uncompressed(
                data.getNum_rows(),
                data.getNum_nulls(),
                data.getNum_values(),
                BytesInput.from(body, 0, repetition),
                BytesInput.from(body, repetition, levels - repetition),
                encoding(data.getEncoding()),
                BytesInput.from(values),
                null);
    }

    /** Returns the header of the next page; null at the end. */
    private PageHeader header() throws IOException {
        if (ahead == null) {
            in.mark(1);
            if (in.read() < 0) {
                return null;
            }
            in.reset();
            ahead = Util.readPageHeader(in);
        }
        return ahead;
    }

    private byte[] body(PageHeader header) throws IOException {
        int size = header.getCompressed_page_size();
        byte[] body = size < 0 || size > left ? new byte[0] : in.readNBytes(size);
        if (body.length != size) {
            throw new MalformedFileException(file, "has a page that ends behind its column");
        }
        left -= size;
        if (header.isSetCrc()) {
            CRC32 sum = new CRC32();
            sum.update(body);
            if ((int) sum.getValue() != header.getCrc()) {
                throw new MalformedFileException(
                        file, "has a page that does not fit its check sum; write it anew");
            }
        }
        return body;
    }

    /** Decompresses the bytes of a page from a place on; before it nothing is compressed. */
    private byte[] decompressed(byte[] body, int from, PageHeader header) throws IOException {
        int size = Math.subtractExact(header.getUncompressed_page_size(), from);
        if (size < 0 || size > Runtime.getRuntime().maxMemory() / 4) {
            throw new MalformedFileException(
                    file,
                    "has a page of %d bytes, more than memory holds; raise java -Xmx, or write it anew"
                            .formatted(size));
        }
        byte[] bytes =
                switch (column.getCodec()) {
                    case UNCOMPRESSED -> Arrays.copyOfRange(body, from, body.length);
                    case SNAPPY -> decompressed(new SnappyDecompressor(), body, from, size);
                    case ZSTD -> decompressed(new ZstdDecompressor(), body, from, size);
                    case LZ4_RAW -> decompressed(new Lz4Decompressor(), body, from, size);
                    case GZIP -> {
                        try (InputStream zip =
                                new GZIPInputStream(
                                        new ByteArrayInputStream(body, from, body.length - from))) {
                            yield zip.readNBytes(size);
                        }
                    }
                    default ->
                            throw new MalformedFileException(
                                    file,
                                    "is compressed by %s, which is not read; write it with snappy, zstd or gzip"
                                            .formatted(column.getCodec()));
                };
        if (bytes.length != size) {
            throw new MalformedFileException(file, "has a page of another size than it says");
        }
        return bytes;
    }

    private static byte[] decompressed(Decompressor decompressor, byte[] body, int from, int size) {
        byte[] bytes = new byte[size];
        int count = decompressor.decompress(body, from, body.length - from, bytes, 0, size);
        return count == size ? bytes : Arrays.copyOf(bytes, count);
    }

    /** Returns the library's twin of an encoding, which has the same name. */
    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }
}
