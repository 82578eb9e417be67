/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.data.PairData;
import org.djladapters.data.RetrievalData;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.HardNegatives;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds hard negatives for training embeddings. */
@Command(
        name = "mine",
        header = {
            "Finds hard negatives for embeddings: passages that a model wrongly takes for"
                    + " relevant.",
            "",
            "  adapters mine --model model --queries pairs.tsv --corpus corpus.tsv \\",
            "      --output triplets.tsv",
            "  adapters mine --model model --adapter tuned --queries pairs.tsv \\",
            "      --negatives 3 --range-min 5 --margin 0.05 --output triplets.tsv",
            ""
        },
        description =
                "Writes the columns sentence1, sentence2 and negative, a line for every negative."
                        + " The last line is the result as JSON.")
@OptionGroup.In(OptionGroup.MINING)
final class MineCommand extends ProgramCommand {

    private static final String NAME = "mining";

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional("Adapter: " + Locations.ADAPTERS + ". Default: none.");

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--queries",
            required = true,
            paramLabel = "FILE",
            description =
                    "Queries with a relevant passage each, in the columns sentence1 and sentence2,"
                            + " or those that --text-column and --text-pair-column name;"
                            + " with --relevance in the columns id and text.")
    private Path queries;

    @Mixin private ColumnOptions columns;

    @Mixin private CorpusOptions corpus;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Number of tokens after which texts are truncated. Default: as the adapter was"
                            + " trained, else the model's maximum, at most 512.")
    private Integer maxLength;

    @Option(
            names = "--negatives",
            paramLabel = "N",
            description = "Negatives for every pair, drawn at random. Default: 1.")
    private int negatives = 1;

    @Option(
            names = "--range-min",
            paramLabel = "N",
            description = "Number of the nearest passages that are not drawn from. Default: 0.")
    private int rangeMin;

    @Option(
            names = "--range-max",
            paramLabel = "N",
            description = "Number of the nearest passages that are drawn from. Default: 50.")
    private int rangeMax = 50;

    @Option(
            names = "--margin",
            paramLabel = "X",
            description =
                    "How far the cosine of a negative must be below that of the relevant passage."
                            + " Default: 0.")
    private double margin;

    @Option(names = "--seed", paramLabel = "N", description = "Random seed. Default: 42.")
    private long seed = 42;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "TSV file to write the triplets to.")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        products.check();
        AtomicFiles.requirePlace(output);
        long start = System.nanoTime();
        RetrievalData data = corpus.readToTrain(queries, columns);
        Progress progress = shown.progress();
        try (AdaptedModel opened =
                model.open(
                        products.asTrained(adapter.folder()),
                        FileAccessOption.tower(ModelTower.TEXT))) {
            return Interruption.watch(
                    progress,
                    err(),
                    Interruption.NOTHING_WRITTEN,
                    watch -> mine(opened, data, watch, start));
        }
    }

    private void mine(AdaptedModel opened, RetrievalData data, Interruption watch, long start)
            throws IOException {
        adapter.activate(opened, NAME);
        PairData triplets = mining(opened, data, watch).mine();
        watch.clear();
        triplets.write(output);
        long pairs =
                triplets.rows().stream().map(row -> row.texts().subList(0, 2)).distinct().count();
        out().println(
                        new ResultLine()
                                .count("triplets", triplets.size())
                                .count("pairs", pairs)
                                .computed(opened)
                                .seconds((System.nanoTime() - start) / 1e9)
                                .text("output", output.toString()));
    }

    private HardNegatives mining(AdaptedModel opened, RetrievalData data, Interruption watch) {
        HardNegatives.Builder builder =
                HardNegatives.builder()
                        .setModel(opened)
                        .setData(data)
                        .optNegatives(negatives)
                        .optRange(rangeMin, rangeMax)
                        .optMargin(margin)
                        .optSeed(seed)
                        .optListener(watch.texts("embed"));
        Usage.ifGiven(maxLength, builder::optMaxLength);
        return checked(builder::build);
    }
}
