/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TextVectors;
import org.djladapters.vectors.QuantizedVectors;
import org.djladapters.vectors.VectorEncoding;
import org.djladapters.vectors.VectorTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes vectors of texts, and measures what smaller ones find. */
@Command(
        name = "embed",
        header = {
            "Writes the vectors of texts, or measures how well smaller vectors find them.",
            "",
            "  adapters embed --model model --input corpus.tsv --output corpus.safetensors",
            "  adapters embed --model model --adapter tuned --input lines.txt \\",
            "      --encoding int8 --dimensions 256 --output small.safetensors",
            "  adapters embed --model model --input corpus.tsv --queries pairs.tsv",
            ""
        },
        description =
                "Vectors of fewer --dimensions are the first numbers, scaled to length 1. The last"
                        + " line is the result as JSON.")
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class EmbedCommand extends ProgramCommand {

    private static final String NAME = "embedding";

    @Mixin private BaseModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional("Adapter: " + Locations.ADAPTERS + ". Default: none.");

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description =
                    "Texts: a TSV, CSV, JSON Lines or Parquet file (.tsv, .csv, .jsonl, .parquet)"
                            + " with the columns id and text, or any other file with a text a line,"
                            + " whose id is the number of the line.")
    private Path input;

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            description =
                    "Prompt before each text: query or passage for that of the model, another name"
                            + " of a prompt of the model, or the prompt itself. Default: passage.")
    private String prompt = TextVectors.PASSAGE;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Number of tokens after which texts are truncated. Default: as the adapter was"
                            + " trained, else the model's maximum, at most 512.")
    private Integer maxLength;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description =
                    "Measure how well the texts are found by queries: pairs with the columns"
                            + " sentence1, the query, and sentence2, a text that is relevant to it;"
                            + " with --relevance in the columns id and text. Default: none.")
    private Path queries;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--relevance",
            paramLabel = "FILE",
            description =
                    "With --queries: which texts are relevant to which queries, a TSV file with the"
                        + " columns query_id, corpus_id and optionally score. Default: sentence2 is"
                        + " relevant to sentence1.")
    private Path relevance;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--rescore",
            paramLabel = "N",
            description =
                    "With --queries: how many times as many texts as are asked for binary vectors"
                            + " find, to be looked at again by finer ones. Default: 4.")
    private Integer rescore;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--dimensions",
            split = ",",
            paramLabel = "N",
            description =
                    "Number of dimensions of the vectors; several, such as 384,256,128, to measure."
                            + " Default: those of the model; to measure also 256 and 128.")
    private List<Integer> dimensions = List.of();

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description =
                    "How numbers are written: float32, int8 (256 steps in the range of each"
                            + " dimension) or binary (whether they are greater than 0). Default:"
                            + " float32.")
    private VectorEncoding encoding;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "File to write: safetensors, or JSON Lines if its name ends in .jsonl, for"
                            + " float32. Default: none, with --queries.")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        check();
        products.check();
        if (output != null) {
            AtomicFiles.requirePlace(output);
        }
        long start = System.nanoTime();
        Corpus texts = read();
        Optional<RetrievalData> search = search(texts);
        Progress progress = shown.progress();
        try (AdaptedModel opened =
                model.open(
                        adapter.folder(),
                        products.asTrained(adapter.folder()),
                        FileAccessOption.tower(ModelTower.TEXT))) {
            return Interruption.watch(
                    progress,
                    err(),
                    Interruption.NOTHING_WRITTEN,
                    watch -> embed(opened, texts, search, watch, start));
        }
    }

    private void check() {
        if (output == null && queries == null) {
            throw wrong("Give --output FILE to write vectors, --queries FILE to measure, or both");
        }
        if (queries == null && (relevance != null || rescore != null)) {
            throw wrong("--relevance and --rescore go with --queries; add it or leave them out");
        }
        if (rescore != null && rescore < 1) {
            throw wrong("--rescore must be at least 1, got " + rescore);
        }
        if (output == null && encoding != null) {
            throw wrong("--encoding is for --output, which is not given; leave it out");
        }
        if (output != null && dimensions.size() > 1) {
            throw wrong("--output takes a single number of --dimensions; give one, or measure");
        }
        if (output != null
                && encoding() != VectorEncoding.FLOAT32
                && output.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
            throw wrong(
                    "JSON Lines have no place for how %s is read; name a file that ends in .safetensors"
                            .formatted(encoding()));
        }
    }

    private VectorEncoding encoding() {
        return encoding == null ? VectorEncoding.FLOAT32 : encoding;
    }

    private Corpus read() throws IOException {
        if (TextRows.hasColumns(input)) {
            return Corpus.read(input);
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (String text : TextRows.lines(input)) {
            texts.put(Integer.toString(texts.size() + 1), text);
        }
        if (texts.isEmpty()) {
            throw new IOException("'%s' has no texts".formatted(input));
        }
        return Corpus.of(texts);
    }

    private Optional<RetrievalData> search(Corpus texts) throws IOException {
        if (queries == null) {
            return Optional.empty();
        }
        return Optional.of(
                relevance == null
                        ? RetrievalData.of(PairData.read(queries), texts)
                        : RetrievalData.read(queries, input, relevance));
    }

    private void embed(
            AdaptedModel opened,
            Corpus texts,
            Optional<RetrievalData> search,
            Interruption watch,
            long start)
            throws IOException {
        adapter.activate(opened, NAME);
        TextVectors passages = vectors(opened, prompt, watch);
        checkDimensions(passages.width());
        VectorTable table = passages.embed(texts.texts());
        ResultLine line = new ResultLine().count("texts", table.size());
        if (search.isPresent()) {
            TextVectors asked = vectors(opened, TextVectors.QUERY, watch);
            SmallerVectors measured = measure(search.get(), passages, asked, table);
            watch.clear();
            measured.print(out());
            line.search(search.get())
                    .count("queries", search.get().size())
                    .list("search", measured.lines());
        }
        watch.clear();
        if (output != null) {
            write(table, line);
        }
        out().println(line.computed(opened).seconds((System.nanoTime() - start) / 1e9));
    }

    private TextVectors vectors(AdaptedModel opened, String side, Interruption watch)
            throws IOException {
        TextVectors.Builder builder =
                TextVectors.builder()
                        .setModel(opened)
                        .optPrompt(side)
                        .optListener(watch.texts("embed"));
        adapter.folder().ifPresent(builder::optAdapter);
        Usage.ifGiven(maxLength, builder::optMaxLength);
        return builder.build();
    }

    private void checkDimensions(int width) {
        for (int count : dimensions) {
            if (count < 1 || count > width) {
                throw wrong(
                        "--dimensions takes numbers from 1 to %d, as many as the vectors of the model have, got %d"
                                .formatted(width, count));
            }
        }
    }

    private void write(VectorTable table, ResultLine line) throws IOException {
        VectorTable cut = dimensions.isEmpty() ? table : table.cut(dimensions.get(0));
        if (encoding() == VectorEncoding.FLOAT32) {
            cut.write(output);
        } else {
            QuantizedVectors.of(cut, encoding()).write(output);
        }
        line.text("encoding", encoding().toString())
                .count("dimensions", cut.width())
                .count("bytes_per_text", encoding().bytes(cut.width()))
                .text("output", output.toString());
    }

    private SmallerVectors measure(
            RetrievalData data, TextVectors passages, TextVectors asked, VectorTable table)
            throws IOException {
        data.warning().ifPresent(warning -> Warnings.print(List.of(warning), err()));
        return SmallerVectors.measure(
                data,
                asked.embed(SmallerVectors.queries(data)),
                SmallerVectors.passages(data, table, passages),
                dimensions,
                rescore == null ? 4 : rescore);
    }
}
