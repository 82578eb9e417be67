/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.data.RetrievalData;
import org.djladapters.task.TextVectors;
import org.djladapters.task.embedding.RetrievalMetrics;
import org.djladapters.vectors.QuantizedVectors;
import org.djladapters.vectors.VectorEncoding;
import org.djladapters.vectors.VectorSearch;
import org.djladapters.vectors.VectorTable;

/** How well queries find passages by vectors of fewer bytes. */
final class SmallerVectors {

    /** How many passages a search returns; the metrics look no further. */
    private static final int DEPTH = 10;

    private static final String KEPT = "recall@10";
    private static final List<String> METRICS = List.of("recall@1", KEPT, "mrr@10");

    private final List<Row> rows = new ArrayList<>();

    private SmallerVectors() {}

    /**
     * A way to keep vectors and to search them.
     *
     * @param bytes of a passage, in all
     * @param rescoredBy what looks at the nearest again, empty if nothing does
     */
    private record Way(
            VectorSearch search,
            int bytes,
            VectorEncoding encoding,
            Optional<VectorEncoding> rescoredBy) {

        Way(VectorSearch search, int bytes, VectorEncoding encoding) {
            this(search, bytes, encoding, Optional.empty());
        }
    }

    /**
     * What a way finds.
     *
     * @param milliseconds the median of the times of the queries: others may use the processor
     */
    private record Row(int dimensions, Way way, Map<String, Double> metrics, double milliseconds) {}

    /** Returns the queries of data by their places. */
    static Map<String, String> queries(RetrievalData data) {
        return byPlace(data.queries().stream().map(RetrievalData.Query::text).toList());
    }

    private static Map<String, String> byPlace(List<String> texts) {
        Map<String, String> all = new LinkedHashMap<>();
        texts.forEach(text -> all.put(Integer.toString(all.size()), text));
        return all;
    }

    /** Returns the vectors of all passages of data, of which most are in a table already. */
    static VectorTable passages(RetrievalData data, VectorTable table, TextVectors vectors)
            throws IOException {
        Map<String, float[]> known = new HashMap<>();
        add(table, known);
        List<String> missing =
                data.passages().stream().filter(text -> !known.containsKey(text)).toList();
        if (!missing.isEmpty()) {
            add(vectors.embed(byPlace(missing)), known);
        }
        FloatBuffer rows =
                FloatBuffer.allocate(Math.multiplyExact(data.passages().size(), table.width()));
        data.passages().forEach(text -> rows.put(known.get(text)));
        return VectorTable.of(
                List.copyOf(byPlace(data.passages()).keySet()),
                Optional.empty(),
                rows.array(),
                Map.of());
    }

    private static void add(VectorTable table, Map<String, float[]> known) {
        List<String> texts = table.texts().orElseThrow();
        for (int row = 0; row < texts.size(); row++) {
            known.put(texts.get(row), table.row(row));
        }
    }

    /**
     * Measures all ways.
     *
     * @param queries their vectors, in the order of the data
     * @param passages likewise
     * @param asked numbers of dimensions; none for those of the vectors, 256 and 128
     * @param rescore how many times as many as asked for are looked at again
     */
    static SmallerVectors measure(
            RetrievalData data,
            VectorTable queries,
            VectorTable passages,
            List<Integer> asked,
            int rescore) {
        int width = passages.width();
        List<Integer> dimensions =
                asked.isEmpty()
                        ? Stream.of(width, 256, 128).filter(d -> d <= width).distinct().toList()
                        : asked;
        SmallerVectors measured = new SmallerVectors();
        for (int count : dimensions) {
            measured.measure(data, queries.cut(count), passages.cut(count), rescore);
        }
        return measured;
    }

    private void measure(RetrievalData data, VectorTable queries, VectorTable floats, int rescore) {
        for (Way way : ways(floats, rescore)) {
            RetrievalMetrics metrics = new RetrievalMetrics(List.of());
            long[] nanos = new long[queries.size()];
            for (int query = 0; query < nanos.length; query++) {
                long start = System.nanoTime();
                float[] scores = way.search().scores(queries.row(query), DEPTH);
                nanos[query] = System.nanoTime() - start;
                metrics.add(scores, data.queries().get(query).relevant());
            }
            Arrays.sort(nanos);
            double median = nanos[nanos.length / 2] / 1e6;
            rows.add(new Row(floats.width(), way, metrics.means(), median));
        }
    }

    private static List<Way> ways(VectorTable floats, int rescore) {
        QuantizedVectors int8 = QuantizedVectors.of(floats, VectorEncoding.INT8);
        QuantizedVectors binary = QuantizedVectors.of(floats, VectorEncoding.BINARY);
        VectorSearch bits = VectorSearch.of(binary);
        int bytes = VectorEncoding.FLOAT32.bytes(floats.width());
        return List.of(
                new Way(VectorSearch.of(floats), bytes, VectorEncoding.FLOAT32),
                new Way(VectorSearch.of(int8), int8.bytes(), VectorEncoding.INT8),
                new Way(bits, binary.bytes(), VectorEncoding.BINARY),
                new Way(
                        bits.rescoredBy(binary, rescore),
                        binary.bytes(),
                        VectorEncoding.BINARY,
                        Optional.of(VectorEncoding.BINARY)),
                new Way(
                        bits.rescoredBy(int8, rescore),
                        binary.bytes() + int8.bytes(),
                        VectorEncoding.BINARY,
                        Optional.of(VectorEncoding.INT8)));
    }

    /** Prints a line for each way, with the share of the recall that it keeps. */
    void print(PrintWriter out) {
        Table table = new Table();
        List<Object> header =
                new ArrayList<>(List.of("dimensions", "vectors", "rescored by", "bytes"));
        header.addAll(METRICS);
        header.addAll(List.of("kept, %", "ms a query"));
        table.add(header.toArray());
        for (Row row : rows) {
            List<Object> cells =
                    new ArrayList<>(
                            List.of(
                                    row.dimensions(),
                                    row.way().encoding(),
                                    row.way().rescoredBy().map(VectorEncoding::toString).orElse(""),
                                    row.way().bytes()));
            METRICS.forEach(name -> cells.add("%.3f".formatted(row.metrics().get(name))));
            cells.add("%.1f".formatted(100 * kept(row)));
            cells.add("%.2f".formatted(row.milliseconds()));
            table.add(cells.toArray());
        }
        table.print(out);
    }

    /** Returns the share of the recall of the first row, whose vectors are the largest. */
    private double kept(Row row) {
        return row.metrics().get(KEPT) / rows.get(0).metrics().get(KEPT);
    }

    /** Returns the same for programs. */
    List<ResultLine> lines() {
        List<ResultLine> lines = new ArrayList<>();
        for (Row row : rows) {
            ResultLine line =
                    new ResultLine()
                            .count("dimensions", row.dimensions())
                            .text("vectors", row.way().encoding().toString());
            row.way().rescoredBy().ifPresent(by -> line.text("rescored_by", by.toString()));
            line.count("bytes", row.way().bytes());
            METRICS.forEach(name -> line.number(name, row.metrics().get(name)));
            line.number("kept", kept(row)).number("milliseconds", row.milliseconds());
            lines.add(line);
        }
        return lines;
    }
}
