/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.data.ClickLog;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.PlainNumber;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes weighted pairs of a log of searches. */
@Command(
        name = "clicks",
        header = {
            "Makes pairs with weights, to train embeddings, of a log of searches and clicks.",
            "",
            "  adapters clicks --log searches.csv --output pairs.tsv",
            "  adapters clicks --log searches.jsonl --corpus corpus.tsv --output pairs.tsv",
            "  adapters clicks --log searches.csv --skipped --output triplets.tsv",
            ""
        },
        description =
                "Writes the columns sentence1, sentence2 and weight (whose mean is 1) for finetune"
                        + " --task embedding; with --skipped also negative. The last line is the"
                        + " result as JSON.")
@OptionGroup.In(OptionGroup.MINING)
final class ClicksCommand extends ProgramCommand {

    private static final int SHOWN_POSITIONS = 10;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--log",
            required = true,
            paramLabel = "FILE",
            description =
                    "Log: a TSV, CSV, JSON Lines or Parquet file with the columns query, passage"
                            + " (or id, with --corpus), clicked (1 or 0), position (from 1), and"
                            + " perhaps count, for how many equal rows it stands. Others are not"
                            + " read.")
    private Path log;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description =
                    "Passages that the log names by id, a TSV file with the columns id and text."
                            + " Default: none, the log has the texts.")
    private Path corpus;

    @Option(
            names = "--eta",
            paramLabel = "X",
            description =
                    "A click at position k counts as k^X clicks at position 1, since a position is"
                        + " looked at with the probability k^-X, it is assumed; 0 if positions do"
                        + " not matter. Default: 1.")
    private double eta = 1;

    @Option(
            names = "--max-clicks",
            paramLabel = "N",
            description = "A pair counts at most as so many clicks at position 1. Default: 10.")
    private double most = 10;

    @Option(
            names = "--skipped",
            description =
                    "Write triplets: each clicked passage with each one above it that was not"
                        + " clicked, and never was for that query, as negative, whatever their"
                        + " positions. The log needs a column search, whose rows stand together.")
    private boolean skipped;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "File to write the pairs to: " + PairFile.FORMS + ".")
    private Path output;

    @Override
    public Integer call() throws IOException {
        PairFile file = checked(() -> PairFile.of(output));
        AtomicFiles.requirePlace(output);
        ClickLog.Builder builder =
                ClickLog.builder().setFile(log).optEta(eta).optMost(most).optSkipped(skipped);
        if (corpus != null) {
            builder.optCorpus(Corpus.read(corpus));
        }
        ClickLog.Pairs made = builder.read();
        if (made.unknown() > 0) {
            Warnings.print(
                    List.of(
                            "%d rows name an id that '%s' does not have; they are left out"
                                    .formatted(made.unknown(), corpus)),
                    err());
        }
        file.write(made.pairs());
        show(made.positions());
        out().println(
                        new ResultLine()
                                .count("shown", made.shown())
                                .count("clicks", made.clicks())
                                .count("unknown", made.unknown())
                                .count("queries", queries(made.pairs()))
                                .count(skipped ? "triplets" : "pairs", made.pairs().size())
                                .count("capped", made.capped())
                                .text("output", output.toString()));
        return 0;
    }

    private static long queries(PairData pairs) {
        return pairs.rows().stream().map(PairData.Row::first).distinct().count();
    }

    private void show(List<ClickLog.Position> positions) {
        if (positions.size() < 2) {
            return;
        }
        Table table = new Table();
        table.add("position", "shown", "clicks", "click rate", "a click counts");
        positions.stream()
                .limit(SHOWN_POSITIONS)
                .forEach(
                        at ->
                                table.add(
                                        at.position(),
                                        at.shown(),
                                        at.clicks(),
                                        "%.1f%%".formatted(100.0 * at.clicks() / at.shown()),
                                        PlainNumber.of((float) at.factor())));
        table.print(out());
    }
}
